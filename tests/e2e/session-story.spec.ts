/** One story from the drop to the root, as an engineer at night would read it. */
import {
  chain,
  expected,
  firstNumber,
  fixture,
  heading,
  pane,
  percent,
  rows,
  start,
  textOf,
} from "./support/app";
import { expect, test } from "./support/fixtures";

interface SessionStory {
  culprit: { class: string; staticField: string; elementClass: string; elements: number };
}

const simple = (name: string) => name.slice(name.lastIndexOf(".") + 1);

test.describe("a dump dropped onto the page", { tag: "@file" }, () => {
  const { culprit } = expected<SessionStory>("story-session-list");
  const holder = `${simple(culprit.class)}.${culprit.staticField}`;

  test.beforeEach(async ({ page, pageUrl }) => {
    await start(page, pageUrl, fixture("story-session-list"));
  });

  test("is answered by a sentence with the culprit and its share", async ({ page }) => {
    const headline = heading(page);
    await expect(headline).toContainText(holder);
    await expect(headline).toContainText(simple(culprit.elementClass));
    const text = await textOf(headline);
    expect(percent(text)).toBeGreaterThan(85);
    expect(percent(text)).toBeLessThan(100);
    // Sessions that the other collections hold as well live on without this list.
    const named = firstNumber(/: ([\d,]+) /.exec(text)?.[1] ?? "");
    expect(named).toBeGreaterThan(culprit.elements * 0.9);
    expect(named).toBeLessThanOrEqual(culprit.elements + 1);
  });

  test("leads from the pile to the root, and Back and Forward lead the same way", async ({
    page,
  }) => {
    const headline = await textOf(heading(page));
    const pile = chain(page).getByRole("link").last();
    await expect(pile).toHaveText(/^Object\[\d+\]$/);
    await pile.click();

    await expect(heading(page)).toHaveText(/java\.lang\.Object\[\d+\]/);
    await expect(page).toHaveURL(/#\/object\/0x[0-9a-f]+$/);
    const pileUrl = page.url();
    await expect(pane(page)).toContainText("java.lang.Object[");
    const elements = page.getByRole("grid", { name: "Elements" });
    await expect(rows(elements).first()).toContainText(simple(culprit.elementClass));
    expect(Number(await elements.getAttribute("aria-rowcount"))).toBeGreaterThan(culprit.elements);

    const path = page.getByRole("main").getByRole("group", { name: /Path to GC root/ });
    await expect(path.getByRole("listitem").first()).toContainText("GC root");
    await expect(path).toContainText(`static ${culprit.staticField}`);
    await path.getByRole("listitem").first().getByRole("link").click();
    await expect(page).not.toHaveURL(pileUrl);
    const rootUrl = page.url();
    await expect(heading(page)).toContainText("class");
    await expect(path.getByRole("listitem")).toHaveCount(1);

    await page.goBack();
    await expect(page).toHaveURL(pileUrl);
    await expect(heading(page)).toHaveText(/java\.lang\.Object\[\d+\]/);
    await expect(rows(elements).first()).toContainText(simple(culprit.elementClass));
    await page.goBack();
    await expect(heading(page)).toHaveText(headline);
    await page.goForward();
    await expect(page).toHaveURL(pileUrl);
    await page.goForward();
    await expect(page).toHaveURL(rootUrl);
    await expect(path.getByRole("listitem")).toHaveCount(1);
  });

  test("names the other collections beside the culprit and the thread that ran out", async ({
    page,
  }) => {
    const story = page.getByRole("main");
    await expect(story).toContainText("WEB_SOCKET_MAP has 29");
    await expect(story).toContainText("WEB_SOCKET_SET has 29");
    await expect(story).toContainText("http-nio-8080-exec-7 was throwing OutOfMemoryError");
  });

  test("has the culprit of its headline as a link", async ({ page }) => {
    await heading(page).getByRole("link", { name: holder }).click();
    await expect(page).toHaveURL(/#\/object\/0x/);
    await expect(heading(page)).toContainText(`class ${culprit.class}`);
    const statics = page.getByRole("grid", { name: "Static fields" });
    await expect(rows(statics).filter({ hasText: culprit.staticField })).toContainText("List");
  });
});

test("on a phone no column of the object page is cut", async ({ page, pageUrl }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await start(page, pageUrl, fixture("story-session-list"));
  await chain(page).getByRole("link").last().click();
  for (const name of ["Elements", "Inbound references", "Immediately dominated objects"]) {
    const table = page.getByRole("grid", { name });
    await expect(rows(table).first()).toBeVisible();
    const wider = await table.evaluate((grid) => grid.scrollWidth - grid.clientWidth);
    expect(wider, name).toBeLessThanOrEqual(0);
  }
});
