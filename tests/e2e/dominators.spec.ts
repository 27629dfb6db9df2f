/** The dominator tree, by keyboard and by mouse. */
import type { Locator, Page } from "@playwright/test";
import {
  bytes,
  currentRow,
  fixture,
  heading,
  pane,
  places,
  rows,
  start,
  textOf,
} from "./support/app";
import { expect, test } from "./support/fixtures";

const tree = (page: Page): Locator => page.getByRole("treegrid");

async function openTree(page: Page, pageUrl: string, dump: string): Promise<void> {
  await start(page, pageUrl, fixture(dump));
  await places(page).getByRole("link", { name: "Dominators" }).click();
  await expect(rows(tree(page)).first()).toBeVisible();
}

test("is walked down to the sessions with the arrow keys", async ({ page, pageUrl }) => {
  await openTree(page, pageUrl, "story-session-list");
  await tree(page).focus();
  await page.keyboard.press("Home");
  const current = currentRow(tree(page));
  await expect(current).toContainText("ExcelExportTaskWebSocket");
  await expect(pane(page)).toContainText("ExcelExportTaskWebSocket");
  const names = ["SynchronizedRandomAccessList", "ArrayList", "Object[", "WsSession"];
  let above = bytes(await textOf(current.locator('[aria-colindex="3"]')));
  for (const [depth, name] of names.entries()) {
    await page.keyboard.press("ArrowRight");
    await expect(current).toHaveAttribute("aria-expanded", "true");
    await page.keyboard.press("ArrowRight");
    await expect(current).toHaveAttribute("aria-level", String(depth + 2));
    await expect(current).toContainText(name);
    const own = bytes(await textOf(current.locator('[aria-colindex="3"]')));
    expect(own).toBeLessThanOrEqual(above);
    above = own;
  }
  await page.keyboard.press("Enter");
  await expect(heading(page)).toContainText("WsSession");
  await expect(page).toHaveURL(/#\/object\/0x/);

  // Coming back, the tree is as it was left.
  await page.goBack();
  await expect(currentRow(tree(page))).toContainText("WsSession");
  await page.keyboard.press("ArrowLeft");
  await expect(currentRow(tree(page))).toContainText("Object[");
  await page.keyboard.press("ArrowLeft");
  await expect(currentRow(tree(page))).toHaveAttribute("aria-expanded", "false");
});

test("shows more objects on request, each once", async ({ page, pageUrl }) => {
  await openTree(page, pageUrl, "story-session-list");
  const more = tree(page).getByText(/^Show \d+ more objects \([\d,]+ left\)$/);
  await tree(page).focus();
  await page.keyboard.press("End");
  await expect(more).toBeVisible();
  const before = Number(await tree(page).getAttribute("aria-rowcount"));
  const left = Number(
    (/\(([\d,]+) left\)/.exec(await textOf(more))?.[1] ?? "").replaceAll(",", ""),
  );
  await page.keyboard.press("Enter");
  await expect
    .poll(async () => Number(await tree(page).getAttribute("aria-rowcount")))
    .toBe(before + Math.min(100, left) - (left <= 100 ? 1 : 0));
});

test("has at its top the objects that nothing but roots keep", async ({ page, pageUrl }) => {
  await openTree(page, pageUrl, "dominators");
  await expect(rows(tree(page)).first()).toHaveAttribute("aria-level", "1");
  const sizes = await rows(tree(page))
    .locator(".dt-num")
    .evaluateAll((cells) => cells.length);
  expect(sizes).toBeGreaterThan(10);
});

test("shows an object where it belongs when asked from elsewhere", async ({ page, pageUrl }) => {
  await start(page, pageUrl, fixture("story-session-list"));
  await pane(page).getByRole("link", { name: "In the tree" }).click();
  await expect(page).toHaveURL(/#\/dominators\/0x/);
  await expect(currentRow(tree(page))).toContainText("Object[");
  await expect(currentRow(tree(page))).toHaveAttribute("aria-level", "4");
  await expect(currentRow(tree(page))).toBeInViewport();
});
