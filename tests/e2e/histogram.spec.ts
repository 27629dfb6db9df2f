/** The class histogram: order, filters, sums, and the doors to classes and objects. */
import type { Locator, Page } from "@playwright/test";
import {
  currentRow,
  firstNumber,
  fixture,
  heading,
  places,
  rows,
  start,
  textOf,
} from "./support/app";
import { expect, test } from "./support/fixtures";

const table = (page: Page): Locator => page.getByRole("grid", { name: "Class histogram" });
const filter = (page: Page, column: string): Locator =>
  page.getByRole("searchbox", { name: `Filter by ${column}`, exact: true });
const totals = (page: Page): Locator => table(page).locator(".dt-foot");

/** The cells of a column, top down, as far as they are on screen. */
async function column(page: Page, index: number): Promise<string[]> {
  const cells = rows(table(page)).locator(`[aria-colindex="${index}"]`);
  await expect(cells.first()).not.toBeEmpty();
  return (await cells.allTextContents()).map((text) => text.trim());
}

test.beforeEach(async ({ page, pageUrl }) => {
  await start(page, pageUrl, fixture("story-session-list"));
  await places(page).getByRole("link", { name: "Histogram" }).click();
  await expect(rows(table(page)).first()).toBeVisible();
});

test("is sorted by what a click on a header says, both ways", async ({ page }) => {
  const objects = table(page).getByRole("columnheader", { name: /Objects/ });
  await objects.getByRole("button").click();
  await expect(objects).toHaveAttribute("aria-sort", "descending");
  await expect.poll(async () => isDescending((await column(page, 2)).map(firstNumber))).toBe(true);
  await objects.getByRole("button").click();
  await expect(objects).toHaveAttribute("aria-sort", "ascending");
  await expect
    .poll(async () => isDescending((await column(page, 2)).map(firstNumber).reverse()))
    .toBe(true);
  await expect(page).toHaveURL(/sort=instances/);

  const name = table(page).getByRole("columnheader", { name: /^Class(?! loader)/ });
  await name.getByRole("button").click();
  await expect
    .poll(async () => {
      const names = await column(page, 1);
      return (
        names.length > 5 &&
        names.every(
          (each, i) =>
            i === 0 || (names[i - 1] ?? "") <= each || ascending(names[i - 1] ?? "", each),
        )
      );
    })
    .toBe(true);
});

const isDescending = (numbers: number[]) =>
  numbers.length > 5 && numbers.every((n, i) => i === 0 || (numbers[i - 1] ?? 0) >= n);
const ascending = (a: string, b: string) => a.toLowerCase() <= b.toLowerCase();

test("keeps the classes whose name holds the text, and says how many", async ({ page }) => {
  const all = firstNumber(await textOf(totals(page)));
  await filter(page, "Class").fill("wssession");
  await expect(totals(page)).toContainText(`of ${all.toLocaleString("en-US")} classes`);
  for (const name of await column(page, 1)) expect(name.toLowerCase()).toContain("wssession");
  await expect(page).toHaveURL(/name=wssession/);
  expect(firstNumber(await textOf(totals(page)))).toBe(await rows(table(page)).count());
});

test("takes a regular expression between slashes", async ({ page }) => {
  await filter(page, "Class").fill("/^java\\.util\\.(Hash|Array)\\w+$/");
  await expect(totals(page)).toContainText(" of ");
  const names = await column(page, 1);
  expect(names.length).toBeGreaterThan(1);
  for (const name of names) expect(name).toMatch(/^java\.util\.(Hash|Array)\w+$/);
});

test("takes sizes with units, and sums what is left", async ({ page }) => {
  await filter(page, "Shallow").fill(">1M");
  await expect(totals(page)).toContainText(" of ");
  const sizes = await column(page, 3);
  expect(sizes.length).toBeGreaterThan(0);
  for (const size of sizes) expect(size).toMatch(/MiB$/);
  const counts = (await column(page, 2)).map(firstNumber);
  const sum = counts.reduce((a, b) => a + b, 0);
  await expect(totals(page).locator('[aria-colindex="2"]')).toHaveText(sum.toLocaleString("en-US"));

  await filter(page, "Shallow").fill("");
  await filter(page, "Retained").fill(">50%");
  await expect(rows(table(page)).first()).toContainText("MiB");
  for (const size of await column(page, 4)) expect(size).toMatch(/MiB$/);
});

test("says what is wrong with a filter that it cannot read", async ({ page }) => {
  const field = filter(page, "Objects");
  await field.fill("many");
  const message = page.getByRole("alert");
  await expect(message).not.toBeEmpty();
  await expect(field).toHaveAttribute("aria-invalid", "true");
  await field.fill("");
  await expect(message).toHaveCount(0);

  await filter(page, "Class").fill("/(/");
  await expect(message).not.toBeEmpty();
  await filter(page, "Class").fill("nothing is called this");
  await expect(message).toHaveCount(0);
  await expect(table(page)).toContainText("No classes match nothing is called this.");
  await page.getByRole("button", { name: "Clear the filter" }).click();
  await expect(rows(table(page)).first()).toBeVisible();
  await expect(filter(page, "Class")).toHaveValue("");
});

test("opens a class, its objects, and one of them; Back keeps the filter", async ({ page }) => {
  await filter(page, "Class").fill("WsSession");
  await expect(totals(page)).toContainText(" of ");
  const row = rows(table(page))
    .filter({ hasText: /WsSession\d/ })
    .first();
  const count = firstNumber(await textOf(row.locator('[aria-colindex="2"]')));
  await row.getByRole("link").click();

  await expect(heading(page)).toHaveText("org.apache.tomcat.websocket.WsSession");
  const objects = page.getByRole("grid", { name: /^Objects of class .*WsSession$/ });
  await expect(rows(objects).first()).toContainText("WsSession");
  expect(firstNumber(await textOf(objects.locator(".dt-foot")))).toBe(count);
  await rows(objects).first().dblclick();

  await expect(page).toHaveURL(/#\/object\/0x/);
  await expect(heading(page)).toContainText("WsSession");
  await expect(rows(page.getByRole("grid", { name: "Fields", exact: true })).first()).toBeVisible();
  await page.goBack();
  await expect(heading(page)).toHaveText("org.apache.tomcat.websocket.WsSession");
  await page.goBack();
  await expect(filter(page, "Class")).toHaveValue("WsSession");
  await expect(rows(table(page)).first()).toContainText("WsSession");
});

test("is scrolled and read by the keyboard to its last class", async ({ page }) => {
  const total = firstNumber(await textOf(totals(page)));
  await table(page).focus();
  await page.keyboard.press("End");
  await expect(currentRow(table(page))).toHaveAttribute("aria-rowindex", String(total + 2));
  await expect(currentRow(table(page))).toBeInViewport();
  await expect(currentRow(table(page)).getByRole("link")).not.toBeEmpty();
  await page.keyboard.press("Home");
  await expect(currentRow(table(page))).toHaveAttribute("aria-rowindex", "3");
  // Only what is on screen is in the document.
  expect(await rows(table(page)).count()).toBeLessThan(150);
});
