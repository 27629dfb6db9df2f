/** Threads and their stacks, class loaders, GC roots and system properties. */
import { readFileSync } from "node:fs";
import type { Locator, Page } from "@playwright/test";
import { currentRow, fixture, heading, pane, rows, start, textOf } from "./support/app";
import { expect, test } from "./support/fixtures";

const DUMP = fixture("story-session-list");

const threads = (page: Page): Locator => page.getByRole("grid", { name: "Threads", exact: true });
const stack = (page: Page): Locator => page.getByRole("treegrid", { name: "Stack" });

test("from the keys to the local variables of a thread, and back by its address", async ({
  page,
  pageUrl,
}) => {
  await start(page, pageUrl, DUMP);
  await page.keyboard.press("5");
  await expect(heading(page)).toHaveText("Threads");
  await expect(rows(threads(page)).first()).toBeVisible();
  await page.keyboard.press("/");
  await page.keyboard.type("/^main$/");
  await page.keyboard.press("Enter");
  await expect(rows(threads(page))).toHaveCount(1);
  await page.keyboard.press("Home");
  await expect(pane(page)).toContainText("main");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/#\/threads\/0x[0-9a-f]+$/);
  await expect(heading(page)).toHaveText("main");
  await expect(rows(stack(page)).first()).toBeVisible();

  // The first frame that has local variables: go to the first of them.
  await stack(page).focus();
  await page.keyboard.press("Home");
  const frames = await rows(stack(page)).count();
  for (let i = 0; i < frames; i++) {
    if ((await currentRow(stack(page)).getAttribute("aria-expanded")) === "false") break;
    await page.keyboard.press("ArrowDown");
  }
  await page.keyboard.press("ArrowRight");
  await expect(rows(stack(page))).not.toHaveCount(frames);
  await page.keyboard.press("ArrowRight");
  await expect(currentRow(stack(page))).toHaveAttribute("aria-level", "2");
  const { hash } = new URL(page.url());
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/#\/object\/0x/);

  await page.goto("about:blank");
  await start(page, pageUrl + hash, DUMP);
  await expect(heading(page)).toHaveText("main");
  await expect(rows(stack(page))).toHaveCount(frames);
});

test("threads are grouped by stack, and all stacks are saved as text", async ({
  page,
  pageUrl,
}) => {
  await start(page, `${pageUrl}#/threads`, DUMP);
  await expect(rows(threads(page)).first()).toBeVisible();
  const all = await rows(threads(page)).count();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save all stacks as text" }).click();
  const text = readFileSync(await (await download).path(), "utf8");
  expect(text.match(/^"/gm)).toHaveLength(all);
  expect(text).toContain('"main" #1 ');
  expect(text).toMatch(/^\tat [\w.$]+\([^)]+\)$/m);

  await page.getByRole("link", { name: "By stack" }).click();
  const groups = page.getByRole("grid", { name: "Threads by stack" });
  await expect(rows(groups).first()).toBeVisible();
  const counts = await rows(groups).locator('[aria-colindex="2"]').allTextContents();
  expect(counts.reduce((sum, count) => sum + Number(count), 0)).toBe(all);
  await groups.focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/#\/threads\?stack=\d+$/);
  await expect(rows(threads(page))).toHaveCount(Number(counts[0]));
});

test("class loaders open from the boot loader to a class", async ({ page, pageUrl }) => {
  await start(page, pageUrl, DUMP);
  await page.keyboard.press("6");
  const tree = page.getByRole("treegrid", { name: "Class loaders" });
  await expect(rows(tree).first()).toContainText("bootstrap");
  // The tree is open down to the application's loader, which is selected.
  await expect(currentRow(tree)).toContainText("AppClassLoader");
  await tree.focus();
  const level = Number(await currentRow(tree).getAttribute("aria-level"));
  await page.keyboard.press("ArrowRight");
  await expect(currentRow(tree)).toHaveAttribute("aria-expanded", "true");
  await expect(rows(tree).locator(".skeleton")).toHaveCount(0);
  await page.keyboard.press("ArrowRight");
  await expect(currentRow(tree)).toHaveAttribute("aria-level", String(level + 1));
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/#\/(class|object)\//);
  await page.goBack();
  await page.getByRole("link", { name: "Duplicate classes" }).click();
  await expect(page.getByRole("grid", { name: "Duplicate classes" })).toBeVisible();
});

test("GC roots open from kinds to objects", async ({ page, pageUrl }) => {
  await start(page, pageUrl, DUMP);
  await page.keyboard.press("7");
  const tree = page.getByRole("treegrid", { name: "GC roots" });
  await expect(rows(tree).first()).toBeVisible();
  await tree.focus();
  await page.keyboard.press("Home");
  for (const level of ["2", "3"]) {
    await page.keyboard.press("ArrowRight");
    await expect(currentRow(tree)).toHaveAttribute("aria-expanded", "true");
    await expect(async () => {
      await page.keyboard.press("ArrowRight");
      await expect(currentRow(tree)).toHaveAttribute("aria-level", level, { timeout: 500 });
    }).toPass();
  }
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/#\/object\/0x/);
});

test("system properties are those of the JVM", async ({ page, pageUrl }) => {
  await start(page, pageUrl, DUMP);
  await page.keyboard.press("8");
  const table = page.getByRole("grid", { name: "System properties" });
  await expect(rows(table).first()).toBeVisible();
  await page.keyboard.press("/");
  await page.keyboard.type("java.version");
  await page.keyboard.press("Enter");
  await expect(rows(table).first()).toContainText("java.version");
  expect(await textOf(rows(table).first().locator('[aria-colindex="2"]'))).toMatch(/^\d+/);
});
