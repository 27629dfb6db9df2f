/** A dump whose every name and string tries something. It is shown, copied and saved, and nothing of it is run. */
import { readFileSync } from "node:fs";
import type { Locator, Page } from "@playwright/test";
import { chain, fixture, heading, pane, rows, start } from "./support/app";
import { expect, test } from "./support/fixtures";

const MILLION = 2 ** 20;

/** What must never be in the text of the page: characters that hide or turn what is around them. */
const HIDDEN = /[^\P{Cc}\n\t]|[\u00ad\u115f\u200b-\u200f\u202a-\u202e\u2066\u2067\ufeff]/u;

/** Nothing of the dump was run or became an element, and the page is as wide as its window. */
async function expectHarmless(page: Page): Promise<void> {
  const found = await page.evaluate(() => ({
    pwned: "pwned" in window,
    images: document.images.length,
    scripts: document.querySelectorAll("body script:not([type=module])").length,
    handlers: document.querySelectorAll("[onerror], [onload], [onclick]").length,
    links: [...document.links].filter((link) => !link.getAttribute("href")?.startsWith("#")).length,
    wider: document.documentElement.scrollWidth - window.innerWidth,
    text: document.getElementById("app")?.textContent ?? "",
    title: document.title,
  }));
  expect(found).toMatchObject({ pwned: false, images: 0, scripts: 0, handlers: 0, links: 0 });
  expect(found.wider, "wider than the window").toBeLessThanOrEqual(0);
  expect(HIDDEN.exec(found.text), "hidden characters").toBeNull();
  expect(HIDDEN.exec(found.title)).toBeNull();
}

/** Every view, with every kind of hostile name in it. */
async function visitAll(page: Page): Promise<void> {
  await expect(heading(page)).toContainText("<script>window");
  await expect(chain(page).getByRole("link").first()).toContainText("<img src=x");
  await expectHarmless(page);
  await page.keyboard.press("2");
  await expect(page.getByRole("button", { name: "Copy keywords" })).toBeVisible();
  await expectHarmless(page);
  await page.keyboard.press("3");
  await expect(classes(page)).toContainText("\\u202e");
  await expectHarmless(page);
  await page.keyboard.press("4");
  await expect(rows(page.getByRole("treegrid")).first()).toBeVisible();
  await expectHarmless(page);
  await page.keyboard.press("w");
  await expect(page.getByRole("dialog", { name: "What is odd in this dump" })).toBeVisible();
  await expectHarmless(page);
  await page.keyboard.press("Escape");
  for (const name of ["<script>", "<img", "HYPERLINK", "javascript:", "invoice", "שלום", "algo"]) {
    await openClass(page, name);
    await expectHarmless(page);
    await rows(page.getByRole("grid", { name: /^Objects of class/ }))
      .first()
      .dblclick();
    await expect(page).toHaveURL(/#\/object\/0x/);
    await expect(page.getByRole("grid", { name: "Fields", exact: true })).toBeVisible();
    await expectHarmless(page);
  }
}

const classes = (page: Page): Locator => page.getByRole("grid", { name: "Class histogram" });

/** Goes to the page of the first class that the search finds. */
async function openClass(page: Page, typed: string): Promise<void> {
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").fill(typed);
  await page.getByRole("option").filter({ hasText: typed }).first().click();
  await expect(page).toHaveURL(/#\/class\/\d+\//);
  await expect(heading(page)).toContainText(typed.replace("/", "."));
}

/** Clicks what saves a file; returns its bytes and name. */
async function saved(page: Page, button: Locator): Promise<{ bytes: Buffer; name: string }> {
  const download = page.waitForEvent("download");
  await button.click();
  const file = await download;
  return { bytes: readFileSync(await file.path()), name: file.suggestedFilename() };
}

test("nothing is run and nothing breaks", { tag: "@file" }, async ({ page, pageUrl }) => {
  await start(page, pageUrl, fixture("hostile-text"));
  await visitAll(page);
});

test("nor on a phone", async ({ page, pageUrl }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await start(page, pageUrl, fixture("hostile-text"));
  await visitAll(page);
});

test("a class name of a million letters is cut, and can be seen and saved whole", {
  tag: "@file",
}, async ({ page, pageUrl }) => {
  await start(page, pageUrl, fixture("hostile-text"));
  await openClass(page, "com.evil.AAAA");
  expect(decodeURIComponent(page.url()).length).toBeLessThan(1000);
  await expect(page.getByRole("main")).toContainText("The name has 1,048,590 bytes");
  const longest = await page.evaluate(() =>
    Math.max(
      ...[...document.querySelectorAll("[title]")].map((e) => e.getAttribute("title")?.length ?? 0),
    ),
  );
  expect(longest, "the longest tooltip").toBeLessThan(2_000);

  await page.getByRole("button", { name: "See all of it" }).click();
  const viewer = page.getByRole("dialog", { name: /Name of the class/ });
  const text = viewer.getByRole("group", { name: "Text" });
  await expect(text).toContainText("com/evil/AAAA");
  await expect(viewer.getByRole("status")).toHaveText("1 to 16,384 of 1,048,590 bytes");
  await viewer.getByRole("button", { name: "Later" }).click();
  await expect(viewer.getByRole("status")).toHaveText("16,385 to 32,768 of 1,048,590 bytes");
  await viewer.getByRole("button", { name: "End" }).click();
  await expect(text).toContainText("AAAA/Last");
  await viewer.getByLabel("Go to byte").fill("5");
  await viewer.getByLabel("Go to byte").press("Enter");
  await expect(text).toContainText(/^evil\/A/);
  await expectHarmless(page);

  const file = await saved(page, viewer.getByRole("button", { name: "Save as a file" }));
  expect(file.name).toMatch(/^class-name-\d+\.txt$/);
  expect(file.bytes.toString("utf8")).toBe(`com/evil/${"A".repeat(MILLION)}/Last`);
  await page.keyboard.press("Escape");
  await expect(viewer).toHaveCount(0);
});

/** The elements of the array that holds every string of the dump. */
async function openElements(page: Page): Promise<Locator> {
  await chain(page).getByRole("link").nth(1).click();
  const elements = page.getByRole("grid", { name: "Elements" });
  await expect(rows(elements).first()).toBeVisible();
  return elements;
}

test("half a surrogate pair is shown as its escape and saved without loss", async ({
  page,
  pageUrl,
}) => {
  await start(page, pageUrl, fixture("hostile-text"));
  const elements = await openElements(page);
  await elements.focus();
  await page.keyboard.press("End");
  const lone = rows(elements).filter({ hasText: '"\\ud83da\\ude00"' });
  await lone.getByRole("link").first().click();
  await expect(heading(page)).toContainText("\\ud83da\\ude00");
  const short = await saved(page, page.getByRole("button", { name: "Save as a file" }));
  expect([...short.bytes]).toEqual([0xff, 0xfe, 0x3d, 0xd8, 0x61, 0, 0, 0xde]);
  await expect(page.getByText("Saved as UTF-16")).toBeVisible();

  await page.goBack();
  await expect(rows(elements).first()).toBeVisible();
  await elements.focus();
  await page.keyboard.press("End");
  await rows(elements).last().getByRole("link").first().click();
  await page.getByRole("button", { name: "See all 80,001" }).click();
  const viewer = page.getByRole("dialog", { name: /Text of the string/ });
  await viewer.getByRole("button", { name: "End" }).click();
  await expect(viewer.getByRole("group", { name: "Text" })).toContainText(/^(😀)+\\udc00$/u);
  const long = await saved(page, viewer.getByRole("button", { name: "Save as a file" }));
  expect(long.bytes.length).toBe(2 + 2 * 80_001);
  expect(long.bytes.subarray(-2)).toEqual(Buffer.from([0, 0xdc]));
});

test("a string of two million characters is paged, and saved as UTF-8", async ({
  page,
  pageUrl,
}) => {
  await start(page, pageUrl, fixture("hostile-text"));
  await chain(page).getByRole("link").nth(2).click();
  const main = page.getByRole("main");
  await expect(main).toContainText("2,097,152 characters, the first 4,096 shown");
  await main.getByRole("button", { name: "See all 2,097,152" }).click();
  const viewer = page.getByRole("dialog", { name: /Text of the string/ });
  const text = viewer.getByRole("group", { name: "Text" });
  await expect(text).toContainText("0123456789abcde");
  expect((await text.textContent())?.length).toBeLessThanOrEqual(16_384);
  const file = await saved(page, viewer.getByRole("button", { name: "Save as a file" }));
  expect(file.bytes.equals(Buffer.from("0123456789abcde\n".repeat(MILLION / 8)))).toBe(true);
});

test.describe("what is copied", () => {
  test.use({ permissions: ["clipboard-read", "clipboard-write"] });
  const clipboard = (page: Page) => page.evaluate(() => navigator.clipboard.readText());

  test("is one line for each row and no formula", async ({ page, pageUrl }) => {
    await start(page, pageUrl, fixture("hostile-text"));
    await page.keyboard.press("3");
    await expect(rows(classes(page)).first()).toBeVisible();
    await page.getByRole("button", { name: "Copy", exact: true }).first().click();
    await expect.poll(() => clipboard(page)).toContain("java.lang.String\t");
    const lines = (await clipboard(page)).split("\n");
    const columns = lines[0]?.split("\t").length;
    expect(new Set(lines.map((line) => line.split("\t").length))).toEqual(new Set([columns]));
    expect(lines.filter((line) => /^[=+\-@]/.test(line))).toEqual([]);
    expect(lines.some((line) => line.startsWith("'=cmd|"))).toBe(true);
    expect(lines.every((line) => line.length < 2_000)).toBe(true);
  });

  test("is a name on one line, and a text exactly as it was", async ({ page, pageUrl }) => {
    await start(page, pageUrl, fixture("hostile-text"));
    await openClass(page, "HYPERLINK");
    await page.keyboard.press("n");
    await expect.poll(() => clipboard(page)).toContain("com.evil.a␉b␊=HYPERLINK");
    await rows(page.getByRole("grid", { name: /^Objects of class/ }))
      .first()
      .dblclick();
    const value = page.getByRole("grid", { name: "Fields", exact: true }).getByRole("link");
    await value.first().click();
    await page.getByRole("main").getByRole("button", { name: "Copy", exact: true }).click();
    await expect
      .poll(() => clipboard(page))
      .toBe('com.evil.a\tb\n=HYPERLINK("http://evil.example")');
  });
});

test("letters from right to left stay within their name", async ({ page, pageUrl }) => {
  await start(page, pageUrl, fixture("hostile-text"));
  await page.keyboard.press("3");
  const line = rows(classes(page)).filter({ hasText: "שלום" });
  const isolated = await line
    .locator(".jname > *")
    .evaluateAll((parts) => parts.map((part) => getComputedStyle(part).unicodeBidi));
  expect(isolated.length).toBeGreaterThan(0);
  expect(new Set(isolated)).toEqual(new Set(["isolate"]));
  await line.getByRole("link").first().click();
  await expect(pane(page)).toBeVisible();
  const tooltip = await page
    .getByRole("grid", { name: /^Objects of class/ })
    .getByRole("link")
    .first()
    .getAttribute("title");
  expect(tooltip).toMatch(/^\u2068.*\u2069\n0x/u);
});

test("a link in the story can be opened in a new tab", async ({ page, pageUrl }) => {
  await start(page, pageUrl, fixture("hostile-text"));
  const link = page.locator(".story").getByRole("link").first();
  expect(await link.getAttribute("href")).toMatch(/^#\/object\/0x[0-9a-f]+$/);
  await link.click();
  await expect(page).toHaveURL(/#\/object\/0x/);
  await expect(pane(page)).toContainText("Holder");
});
