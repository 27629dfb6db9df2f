/** What people come for most often, each from the first screen to the answer. */
import { readFileSync } from "node:fs";
import type { Locator, Page } from "@playwright/test";
import {
  bytes,
  currentRow,
  firstNumber,
  fixture,
  heading,
  pane,
  places,
  rows,
  start,
  textOf,
} from "./support/app";
import { expect, test } from "./support/fixtures";

const DUMP = fixture("story-session-list");
const SESSION = "org.apache.tomcat.websocket.WsSession";

/** Types an action or place into the palette. */
async function goTo(page: Page, words: string): Promise<void> {
  await page.keyboard.press("Control+k");
  await page.keyboard.type(words);
  await page.keyboard.press("Enter");
}

/** Opens a question of the list. */
async function ask(page: Page, title: string): Promise<void> {
  await page.keyboard.press("9");
  await page.getByRole("link", { name: title, exact: true }).click();
}

/** Asks a question about the selected row. */
async function askAboutSelection(page: Page, words: string): Promise<void> {
  await page.keyboard.press("q");
  await page.getByRole("combobox", { name: "Which question" }).fill(words);
  await page.keyboard.press("Enter");
}

/** Makes the first row of a table or tree the selected one. */
async function firstRow(table: Locator): Promise<void> {
  await expect(rows(table).first()).toBeVisible();
  await expect(rows(table).locator(".skeleton")).toHaveCount(0);
  await table.focus();
  await table.press("Home");
  await expect(currentRow(table)).toHaveCount(1);
}

test("who keeps the objects of a class: merged paths end at them", async ({ page, pageUrl }) => {
  await start(page, pageUrl, DUMP);
  await page.keyboard.press("3");
  const histogram = page.getByRole("grid", { name: "Class histogram" });
  await expect(rows(histogram).first()).toBeVisible();
  await page.keyboard.press("/");
  await page.keyboard.type(`/^${SESSION}$/`);
  await expect(rows(histogram)).toHaveCount(1);
  await expect(rows(histogram).first()).toContainText(SESSION);
  await firstRow(histogram);
  const objects = firstNumber(await textOf(currentRow(histogram).locator('[aria-colindex="2"]')));
  await askAboutSelection(page, "merged");
  const paths = page.getByRole("treegrid", { name: "Merged paths to GC roots" });
  await firstRow(paths);
  const counts = await rows(paths).locator('[aria-colindex="2"]').allTextContents();
  expect(counts.reduce((sum, count) => sum + firstNumber(count), 0)).toBe(objects);
});

test("how much would go: the retained set of a selection by class", async ({ page, pageUrl }) => {
  await start(page, pageUrl, DUMP);
  const figure = pane(page).locator("dt", { hasText: "Retained" }).locator("xpath=../dd");
  const retained = bytes(await textOf(figure));
  await askAboutSelection(page, "retained set");
  const set = page.getByRole("grid", { name: "Retained set" });
  await expect(rows(set).first()).toBeVisible();
  const total = bytes(await textOf(set.locator(".dt-foot [role=gridcell]").last()));
  expect(total / retained).toBeCloseTo(1, 2);
});

test("a text is found in the whole heap, and its string says who holds it", async ({
  page,
  pageUrl,
}) => {
  await start(page, pageUrl, DUMP);
  await ask(page, "Find strings");
  await page.getByLabel("Text").fill("/^main$/");
  await page.getByLabel("Text").press("Enter");
  const found = page.getByRole("grid", { name: "Find strings" });
  await firstRow(found);
  await expect(currentRow(found)).toContainText("main");
  await expect(pane(page).getByText("What holds this")).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/#\/object\/0x/);
  await expect(page.getByText("Path to GC root")).toBeVisible();
});

test("strings that are there many times lead to the fields that hold them", async ({
  page,
  pageUrl,
}) => {
  await start(page, pageUrl, DUMP);
  await ask(page, "Duplicate strings");
  const texts = page.getByRole("grid", { name: "Duplicate strings" });
  await firstRow(texts);
  const copies = firstNumber(await textOf(currentRow(texts).locator('[aria-colindex="2"]')));
  expect(copies).toBeGreaterThan(1);
  await askAboutSelection(page, "who refers");
  const holders = page.getByRole("treegrid", { name: "Who refers to it, by class" });
  await firstRow(holders);
  await expect(page.getByRole("main").getByText(/in "Duplicate strings"/)).toBeVisible();
});

test("waste is named by kind, and opens to the field to change", async ({ page, pageUrl }) => {
  await start(page, pageUrl, DUMP);
  await ask(page, "Waste");
  const waste = page.getByRole("treegrid", { name: "Waste" });
  await firstRow(waste);
  const kinds = await rows(waste).count();
  await page.keyboard.press("ArrowRight");
  await expect(rows(waste)).not.toHaveCount(kinds);
  await page.keyboard.press("ArrowRight");
  await expect(currentRow(waste)).toHaveAttribute("aria-level", "2");
});

test("the heaviest packages open to classes, and a class to its objects", async ({
  page,
  pageUrl,
}) => {
  await start(page, pageUrl, DUMP);
  await ask(page, "Histogram by package, loader or superclass");
  const tree = page.getByRole("treegrid", { name: "Histogram by package, loader or superclass" });
  await firstRow(tree);
  await page.keyboard.press("ArrowRight");
  await expect(currentRow(tree)).toHaveAttribute("aria-expanded", "true");
  await page.keyboard.press("ArrowRight");
  await expect(currentRow(tree)).toHaveAttribute("aria-level", "2");
  await askAboutSelection(page, "list objects");
  await expect(heading(page)).toHaveText("List objects");
  await firstRow(page.getByRole("grid", { name: "List objects" }));
});

test("a place that was found is noted, saved with the report, and opened by its address", async ({
  page,
  pageUrl,
}) => {
  await start(page, pageUrl, DUMP);
  await page.keyboard.press("o");
  await expect(page).toHaveURL(/#\/object\/0x/);
  const { hash } = new URL(page.url());
  await page.keyboard.press("m");
  await page.getByRole("textbox").fill("Nobody removes these.");
  await page.getByRole("button", { name: "Add note" }).click();
  await page.keyboard.press("Escape");
  await goTo(page, "save report");
  await page.getByRole("radio", { name: /Markdown/ }).check();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  const text = readFileSync(await (await download).path(), "utf8");
  expect(text).toContain("Nobody removes these");
  expect(text).toContain(hash.replace("#/object/", ""));
  await page.goto("about:blank");
  await start(page, pageUrl + hash, DUMP);
  await expect(page).toHaveURL(new RegExp(`${hash}$`));
  await expect(page.getByText("Path to GC root")).toBeVisible();
});

test("answers stay open beside each other until they are closed", async ({ page, pageUrl }) => {
  await start(page, pageUrl, DUMP);
  await ask(page, "Waste");
  await expect(rows(page.getByRole("treegrid", { name: "Waste" })).first()).toBeVisible();
  await ask(page, "Duplicate strings");
  const texts = page.getByRole("grid", { name: "Duplicate strings" });
  await firstRow(texts);
  await page.keyboard.press("/");
  await page.keyboard.type("/^main$/");
  await expect(page).toHaveURL(/main/);

  const tab = (name: string) => places(page).getByRole("link", { name });
  await tab("Waste").click();
  await expect(heading(page)).toHaveText("Waste");
  await tab("Duplicate strings").click();
  await expect(texts.getByPlaceholder("text or /regex/").first()).toHaveValue("/^main$/");
  await tab("Duplicate strings").press("Delete");
  await expect(heading(page)).toHaveText("Waste");
  await expect(tab("Duplicate strings")).toHaveCount(0);
});
