/** Saving a report: what a person chooses is what is in the file, and the file needs nothing else to be read. */
import { readFileSync } from "node:fs";
import type { Locator, Page } from "@playwright/test";
import { fixture, heading, start } from "./support/app";
import { expect, test } from "./support/fixtures";

const dialog = (page: Page): Locator => page.getByRole("dialog", { name: "Save report" });

/** Saves with what is chosen; the file's name and text. */
async function save(page: Page): Promise<{ name: string; text: string }> {
  const download = page.waitForEvent("download");
  await dialog(page).getByRole("button", { name: "Save", exact: true }).click();
  const file = await download;
  await expect(dialog(page)).toBeHidden();
  return { name: file.suggestedFilename(), text: readFileSync(await file.path(), "utf8") };
}

test("a page is saved without contents and reads by itself", async ({ page, pageUrl, context }) => {
  await start(page, pageUrl, fixture("story-session-list"));
  await page.getByRole("button", { name: "Save report" }).click();
  await expect(dialog(page).getByRole("radio", { name: /^HTML/ })).toBeChecked();
  await expect(dialog(page).getByRole("checkbox", { name: "Include contents" })).not.toBeChecked();
  const { name, text } = await save(page);
  expect(name).toBe("story-session-list-report.html");
  expect(text).toContain("Contents of strings and arrays are left out.");
  expect(text).toContain("‹name›");

  const headline = (await heading(page).textContent()) ?? "";
  const report = await context.newPage();
  const requests: string[] = [];
  report.on("request", (request) => requests.push(request.url()));
  await report.setContent(text);
  await expect(report.getByRole("heading", { level: 1 })).toContainText(
    "ExcelExportTaskWebSocket.SESSIONS",
  );
  const told = (await report.getByRole("heading", { level: 1 }).textContent()) ?? "";
  expect(told.replaceAll("\u00a0", " ")).toBe(headline.replaceAll("\u00a0", " "));
  await expect(report.getByText("static SESSIONS")).toBeVisible();
  expect(requests, "what the report loads").toEqual([]);
  const wide = await report.evaluate(
    () => document.documentElement.scrollWidth - window.innerWidth,
  );
  expect(wide, "wider than the window").toBeLessThanOrEqual(0);
});

test("the keyboard alone saves Markdown with contents, after a warning", async ({
  page,
  pageUrl,
}) => {
  await start(page, pageUrl, fixture("story-session-list"));
  await page.keyboard.press("s");
  await expect(dialog(page)).toBeVisible();
  await dialog(page).getByRole("radio", { name: /^HTML/ }).focus();
  await page.keyboard.press("ArrowDown");
  await expect(dialog(page).getByRole("radio", { name: /^Markdown/ })).toBeChecked();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Space");
  await expect(dialog(page)).toContainText("may hold passwords");
  const download = page.waitForEvent("download");
  await page.keyboard.press("Enter");
  const file = await download;
  expect(file.suggestedFilename()).toBe("story-session-list-report.md");
  const text = readFileSync(await file.path(), "utf8");
  expect(text).toContain("Contents of strings are included");
  expect(text).not.toContain("‹name›");
});

test("data are saved from the palette, and Escape saves nothing", async ({ page, pageUrl }) => {
  await start(page, pageUrl, fixture("healthy"));
  await page.keyboard.press("s");
  await page.keyboard.press("Escape");
  await expect(dialog(page)).toBeHidden();
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").fill("save a rep");
  await page.keyboard.press("Enter");
  await dialog(page).getByRole("radio", { name: /^JSON/ }).check();
  const { name, text } = await save(page);
  expect(name).toBe("healthy-report.json");
  const report = JSON.parse(text) as { contents: string; gate: { outcome: string } };
  expect(report).toMatchObject({ contents: "leftOut", gate: { outcome: "passed" } });
});

test("hostile names are harmless in a saved page", async ({ page, pageUrl, context }) => {
  await start(page, pageUrl, fixture("hostile-text"));
  await page.getByRole("button", { name: "Save report" }).click();
  await dialog(page).getByRole("checkbox", { name: "Include contents" }).check();
  const { text } = await save(page);
  const report = await context.newPage();
  await report.setContent(text);
  await expect(report.getByRole("heading", { level: 1 })).toContainText("<script>window");
  const found = await report.evaluate(() => ({
    pwned: "pwned" in window,
    images: document.images.length,
    scripts: document.scripts.length,
    links: document.links.length,
    wider: document.documentElement.scrollWidth - window.innerWidth,
  }));
  expect(found).toMatchObject({ pwned: false, images: 0, scripts: 0, links: 0 });
  expect(found.wider, "wider than the window").toBeLessThanOrEqual(0);
});
