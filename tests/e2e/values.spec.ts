/** Values of objects as the page decodes them. What a dump holds is foreign text: shown, never interpreted. */
import type { Locator, Page } from "@playwright/test";
import { currentRow, expected, fixture, heading, pane, rows, start } from "./support/app";
import { expect, test } from "./support/fixtures";

interface Known {
  values: Record<string, unknown>;
  counts: Record<string, number>;
}

const { values } = expected<Known>("collections-and-values");

/** Goes to an object page by way of the search: a class, its only object. */
async function openClass(page: Page, name: string): Promise<void> {
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").fill(name);
  await page.getByRole("option").filter({ hasText: name }).first().click();
  await expect(heading(page)).toContainText(name);
}

async function openOnly(page: Page, name: string): Promise<void> {
  await openClass(page, name);
  const objects = page.getByRole("grid", { name: /^Objects of class/ });
  await rows(objects).first().dblclick();
  await expect(page).toHaveURL(/#\/object\/0x/);
}

const fields = (page: Page): Locator => page.getByRole("grid", { name: "Fields", exact: true });

/** The field's line; the table is paged through until it is drawn. */
async function field(page: Page, name: string): Promise<Locator> {
  const table = fields(page);
  const line = rows(table).filter({ has: page.locator(`code:text-is("${name}")`) });
  const current = currentRow(table);
  await table.focus();
  await page.keyboard.press("Home");
  await expect(current).toHaveAttribute("aria-rowindex", "2");
  const last = await table.getAttribute("aria-rowcount");
  while ((await line.count()) === 0) {
    const at = (await current.getAttribute("aria-rowindex")) ?? "";
    if (at === last) break;
    await page.keyboard.press("PageDown");
    await expect(current).not.toHaveAttribute("aria-rowindex", at);
  }
  return line;
}

test.beforeEach(async ({ page, pageUrl }) => {
  await start(page, pageUrl, fixture("collections-and-values"));
  await openOnly(page, "sample.Values");
});

test("primitives at the edges of their range", async ({ page }) => {
  for (const name of [
    "byteMin",
    "shortMax",
    "intMin",
    "intMax",
    "longMin",
    "longMax",
    "floatNaN",
    "floatMinusInfinity",
    "yes",
    "no",
  ]) {
    await expect(await field(page, name)).toContainText(String(values[name]));
  }
  await expect(await field(page, "nothing")).toContainText("null");
});

test("boxed values, constants of an enum and strings are told by what they hold", async ({
  page,
}) => {
  await expect(await field(page, "boxedInteger")).toContainText(String(values["boxedInteger"]));
  await expect(await field(page, "boxedLong")).toContainText(String(values["boxedLong"]));
  await expect(await field(page, "colour")).toContainText(String(values["colour"]));
  await expect(await field(page, "latin1")).toContainText(String(values["latin1"]));
  await expect(await field(page, "emoji")).toContainText(String(values["emoji"]));
  await expect(await field(page, "empty")).toContainText('""');
});

test("hostile text is visible and stays text", { tag: "@file" }, async ({ page }) => {
  const html = await field(page, "html");
  await expect(html).toContainText(String(values["html"]));
  await html.getByRole("link").click();
  const text = page.getByRole("group", { name: "Text" });
  await expect(text.locator("pre").or(text).first()).toContainText(String(values["html"]));
  await expect(heading(page)).toContainText("<b>bold</b>");
  await expect(pane(page)).toContainText("<b>bold</b>");
  // Nothing of it became an element.
  await expect(page.locator("img")).toHaveCount(0);
  await expect(page.locator("main b", { hasText: /^bold$/ })).toHaveCount(0);
});

test("characters that turn or hide text are shown as what they are", async ({ page }) => {
  const turned = await field(page, "rightToLeft");
  await expect(turned).toContainText("invoice\\u202egnp.exe");
  const isolates = await field(page, "isolates");
  await expect(isolates).toContainText("\\u2066user\\u2069");
  await expect(isolates).toContainText("\\u200b");
  const controls = await field(page, "controls");
  await expect(controls).toContainText("\u240a");
  await expect(controls).toContainText("\u2400");
  await expect(controls).toContainText("\u241b[31m");
  await expect(await field(page, "loneSurrogate")).toContainText(/broken (\\ud800|\ufffd) pair/);
  const raw = await page.locator("body").textContent();
  for (const hidden of ["\u202e", "\u2066", "\u2069", "\u200b", "\u0000", "\u001b"]) {
    expect(raw).not.toContain(hidden);
  }
});

test("a long text is cut, says so, and can be seen whole", async ({ page }) => {
  await (await field(page, "longText")).getByRole("link").click();
  const main = page.getByRole("main");
  await expect(main).toContainText(/[\d,]+ characters, the first [\d,]+ shown/);
  await main.getByRole("button", { name: /^See all [\d,]+$/ }).click();
  const text = await page.getByRole("dialog").getByRole("group", { name: "Text" }).textContent();
  expect(text?.length ?? 0).toBeGreaterThan(10_000);
});

test("elements of arrays, with gaps for null", async ({ page }) => {
  await (await field(page, "withNulls")).getByRole("link").click();
  const elements = page.getByRole("grid", { name: "Elements" });
  await expect(rows(elements)).toHaveCount(4);
  await expect(rows(elements).nth(0)).toContainText("null");
  await expect(rows(elements).nth(1)).toContainText('"only element"');
  await page.goBack();
  await (await field(page, "bytes")).getByRole("link").click();
  await expect(rows(elements).first()).toContainText("80 ff 00 01 7f");
  await page.getByRole("button", { name: "Numbers" }).click();
  await expect(rows(elements).first()).toContainText(/-128\s+-1\s+0\s+1\s+127/);
});

test("a field of one name at three levels is shown three times with its class", async ({
  page,
}) => {
  await openOnly(page, "sample.CollectionsAndValues$Youngest");
  const lines = rows(fields(page)).filter({ has: page.locator('code:text-is("shadowed")') });
  await expect(lines).toHaveCount(3);
  for (const declaredBy of ["Youngest", "Middle", "Oldest"]) {
    await expect(lines.filter({ hasText: `CollectionsAndValues$${declaredBy}` })).toHaveCount(1);
  }
});

test("an object that only a weak reference leads to says so", async ({ page }) => {
  await openOnly(page, "sample.CollectionsAndValues$OnlySoftly");
  await expect(page.getByRole("main")).toContainText(
    /Only weak, soft, phantom or finalizer references lead here/,
  );
});
