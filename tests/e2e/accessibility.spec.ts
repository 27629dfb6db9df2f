/** What must hold of every view, in light and dark, at any width: the rules of axe, whole names, one as one. */
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, test } from "./support/fixtures";
import { VIEWS } from "./support/views";

for (const { name, go } of VIEWS) {
  test(`${name}: no barrier in light and dark, read aloud, at any width`, async ({
    page,
    pageUrl,
  }, testInfo) => {
    // Long tables take axe a while.
    test.slow();
    await go(page, pageUrl, testInfo);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      const { violations } = await new AxeBuilder({ page }).analyze();
      const found = violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join("\n")}`,
      );
      expect.soft(found, colorScheme).toEqual([]);
    }
    expect.soft((await spoken(page)).filter(isTorn), "names with spaces in them").toEqual([]);
    expect.soft(await singulars(page), "one thing as several").toEqual([]);
    // 390 px are a telephone; 1440 px at 200 % are 720.
    for (const width of [390, 720]) {
      await page.setViewportSize({ width, height: 450 });
      expect.soft(await overflow(page), `sideways at ${width} px`).toBe(0);
    }
  });
}

/** What assistive technology is told of the page: the names of all that has one, and of rows in grids. */
async function spoken(page: Page): Promise<string[]> {
  const devTools = await page.context().newCDPSession(page);
  const { nodes } = await devTools.send("Accessibility.getFullAXTree");
  await devTools.detach();
  return nodes
    .filter(({ role }) => role?.value !== "StaticText" && role?.value !== "InlineTextBox")
    .map(({ name }) => String(name?.value ?? ""));
}

/** "jav a.lan g. String", "org.apache. Foo", but not a sentence that ends with a package. */
const isTorn = (text: string): boolean =>
  /\b(java|javax|jdk|sun|com|org|net|io|sample)(\.\w+)*\. [\w$]|\bjav a\b|\bor g\.|\bco m\./.test(
    text,
  );

const NOUNS =
  "bytes|buffers|characters|classes|connections|elements|entries|fields|files|frames|groups|kinds|lines|loaders|names|objects|questions|references|roots|rows|settings|slices|sockets|stacks|statements|steps|strings|texts|threads|trees";

/** Counts of one with a noun of many: "1 objects". */
async function singulars(page: Page): Promise<string[]> {
  // As it is laid out: cells of a row are apart.
  const text = await page.evaluate(() => document.body.textContent);
  const wrong = new RegExp(`(?<![\\d.,])1 (?:more |smaller |unreachable )?(?:${NOUNS})\\b.*`, "g");
  return text.match(wrong) ?? [];
}

/** Pixels by which the page is wider than the window. */
function overflow(page: Page): Promise<number> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.scrollingElement ?? document.documentElement;
    return Math.max(scrollWidth, document.body.scrollWidth) - clientWidth;
  });
}
