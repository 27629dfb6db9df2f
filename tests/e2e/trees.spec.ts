/** Trees: order on every level, filters and sums of the first one, and files of what is there. */
import { readFileSync } from "node:fs";
import type { Locator, Page } from "@playwright/test";
import {
  bytes,
  currentRow,
  firstNumber,
  fixture,
  places,
  rows,
  start,
  textOf,
} from "./support/app";
import { expect, test } from "./support/fixtures";

const tree = (page: Page): Locator => page.getByRole("treegrid");
const totals = (page: Page): Locator => tree(page).locator(".dt-foot");
const header = (page: Page, name: RegExp): Locator =>
  tree(page).getByRole("columnheader", { name });
const filter = (page: Page, column: string): Locator =>
  page.getByRole("searchbox", { name: `Filter by ${column}`, exact: true });

/** The cells of a column on one level, top down, as far as they are on screen. */
async function cells(page: Page, level: number, column: number): Promise<string[]> {
  const at = tree(page).locator(`[aria-level="${level}"] [aria-colindex="${column}"]`);
  await expect(at.first()).not.toBeEmpty();
  return (await at.allTextContents()).map((text) => text.trim());
}

const isFalling = (numbers: readonly number[]) =>
  numbers.length > 2 && numbers.every((each, i) => i === 0 || (numbers[i - 1] ?? 0) >= each);

/** The rows of a file that the page saves. */
async function saved(page: Page, action: () => Promise<void>): Promise<string> {
  const download = page.waitForEvent("download");
  await action();
  return readFileSync(await (await download).path(), "utf8");
}

test("a tree is filtered, sorted and added up, and its address brings that back", async ({
  page,
  pageUrl,
}) => {
  await start(page, pageUrl, fixture("story-session-list"));
  await page.evaluate(() => {
    location.hash = "#/ask/dominator-groups";
  });
  await expect(rows(tree(page)).first()).toBeVisible();
  await expect(totals(page)).toContainText(/^[\d,]+ rows/);
  const all = firstNumber(await textOf(totals(page)));

  await header(page, /Objects/)
    .getByRole("button")
    .click();
  await expect(header(page, /Objects/)).toHaveAttribute("aria-sort", "descending");
  await expect.poll(async () => isFalling((await cells(page, 1, 2)).map(firstNumber))).toBe(true);
  await expect(page).toHaveURL(/~sort=-1$/);

  // The filter is of the first level.
  await page.keyboard.press("/");
  await page.keyboard.type("java.util");
  await expect(totals(page)).toContainText(new RegExp(`^[\\d,]+ of ${all} rows`));
  const some = firstNumber(await textOf(totals(page)));
  expect(some).toBeLessThan(all);
  for (const name of await cells(page, 1, 1)) expect(name).toContain("java.util");
  const sums = (await cells(page, 1, 4)).map(bytes);
  if (sums.length === some) {
    const total = bytes(await textOf(totals(page).locator('[aria-colindex="4"]')));
    expect(Math.abs(sums.reduce((a, b) => a + b, 0) / total - 1)).toBeLessThan(0.01);
  }
  await filter(page, "Objects").fill("many");
  await expect(page.getByRole("alert")).toContainText("is no number filter");
  await filter(page, "Objects").fill("");

  const address = page.url();
  await page.goto("about:blank");
  await start(page, address, fixture("story-session-list"));
  await expect(filter(page, "Group")).toHaveValue("java.util");
  await expect(header(page, /Objects/)).toHaveAttribute("aria-sort", "descending");
  await expect(totals(page)).toContainText(`${some} of ${all} rows`);

  // Below an opened row everything is shown, in the same order.
  await tree(page).focus();
  await page.keyboard.press("Home");
  while ((await currentRow(tree(page)).getAttribute("aria-expanded")) === null)
    await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowRight");
  const below = await cells(page, 2, 2);
  expect(below.map(firstNumber)).toEqual(below.map(firstNumber).sort((a, b) => b - a));
});

test("the dominator tree takes an order and filters", async ({ page, pageUrl }) => {
  await start(page, pageUrl, fixture("story-session-list"));
  await places(page).getByRole("link", { name: "Dominators" }).click();
  await expect(rows(tree(page)).first()).toContainText("ExcelExportTaskWebSocket");
  await expect(header(page, /Retained/)).toHaveAttribute("aria-sort", "descending");
  await tree(page).focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowRight");
  await expect(tree(page).locator('[aria-level="2"]').first()).toBeVisible();

  await header(page, /Shallow/)
    .getByRole("button")
    .click();
  await expect(page).toHaveURL(/#\/dominators\?sort=-shallow$/);
  await expect.poll(async () => isFalling((await cells(page, 1, 2)).map(bytes))).toBe(true);

  await filter(page, "Object").fill("/^class java/");
  await expect(totals(page)).toContainText(/ of [\d,]+ objects/);
  for (const name of await cells(page, 1, 1)) expect(name).toMatch(/^class\s/);
  await filter(page, "Object").fill("ExcelExport");
  await expect(rows(tree(page)).first()).toContainText("ExcelExportTaskWebSocket");
  // What was open is open again, whole.
  await expect(tree(page).locator('[aria-level="2"]').first()).toBeVisible();
  await filter(page, "Object").fill("no such class");
  await expect(tree(page)).toContainText("No objects match no such class");
  await tree(page).getByRole("button", { name: "Clear the filter" }).click();
  await expect(totals(page)).toContainText(/^[\d,]+ objects/);
});

test("what is below a row is exported whole", async ({ page, pageUrl }) => {
  await start(page, pageUrl, fixture("story-session-list"));
  await places(page).getByRole("link", { name: "Dominators" }).click();
  await expect(rows(tree(page)).first()).toBeVisible();
  const count = firstNumber(await textOf(totals(page)));
  const csv = await saved(page, () => totals(page).getByRole("button", { name: "CSV" }).click());
  expect(csv.trim().split("\r\n")).toHaveLength(count + 1);

  await tree(page).focus();
  await page.keyboard.press("Home");
  for (let depth = 0; depth < 3; depth++) {
    await page.keyboard.press("ArrowRight");
    await expect(currentRow(tree(page))).toHaveAttribute("aria-expanded", "true");
    await page.keyboard.press("ArrowRight");
    await expect(currentRow(tree(page))).toHaveAttribute("aria-level", String(depth + 2));
  }
  // The array of sessions: more of them than the tree shows at once.
  const sessions = firstNumber(await textOf(currentRow(tree(page)).locator('[aria-colindex="5"]')));
  expect(sessions).toBeGreaterThan(100);
  const json = await saved(page, async () => {
    await page.getByRole("button", { name: "Columns, copy and export: Dominator tree" }).click();
    await page.getByRole("menuitem", { name: "Export below as JSON" }).click();
  });
  const parsed = JSON.parse(json) as { Object: string; Retained: number }[];
  expect(parsed).toHaveLength(sessions);
  expect(isFalling(parsed.map((row) => row.Retained))).toBe(true);
});
