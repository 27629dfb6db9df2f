/** Everything without a mouse. */
import {
  chain,
  currentRow,
  expected,
  fixture,
  heading,
  loaded,
  pane,
  rows,
  start,
  textOf,
} from "./support/app";
import { expect, test } from "./support/fixtures";

test("from the start page to the path of a session, by keys only", { tag: "@file" }, async ({
  page,
  pageUrl,
}) => {
  await page.goto(pageUrl);
  const chooser = page.waitForEvent("filechooser");
  await page.keyboard.press("Control+o");
  await (await chooser).setFiles(fixture("story-session-list"));
  await loaded(page, "story-session-list.hprof.gz");
  await expect(heading(page)).toBeFocused();

  await page.keyboard.press("3");
  const table = page.getByRole("grid", { name: "Class histogram" });
  await expect(rows(table).first()).toBeVisible();
  await page.keyboard.press("/");
  await page.keyboard.type("WsSession");
  await page.keyboard.press("Enter");
  await expect(table.locator(".dt-foot")).toContainText(" of ");
  await page.keyboard.press("Home");
  await expect(currentRow(table)).toContainText("WsSession");
  await page.keyboard.press("Enter");
  await expect(heading(page)).toContainText("WsSession");

  const objects = page.getByRole("grid", { name: /^Objects of class/ });
  await expect(rows(objects).first()).toBeVisible();
  await expect(objects).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/#\/object\/0x/);
  const url = page.url();

  // Before the object is there, the key is about the selection in the pane.
  await expect(page.locator("#object-path")).toBeVisible();
  await page.keyboard.press("r");
  const path = page.getByRole("main").getByRole("group", { name: /Path to GC root/ });
  await expect(path.locator(":focus")).toHaveCount(1);
  await expect(path).toContainText("SESSIONS");
  await page.keyboard.press("d");
  await expect(page).toHaveURL(/#\/dominators\/0x/);
  await page.goBack();
  await expect(page).toHaveURL(url);
  await page.keyboard.press("1");
  await expect(heading(page)).toContainText("SESSIONS");
  await page.keyboard.press("2");
  await expect(page).toHaveURL(/#\/suspects/);
  await page.keyboard.press("4");
  await expect(page.getByRole("treegrid")).toBeVisible();
});

test("Ctrl+K finds a class by a part of its name, and an object by its address", async ({
  page,
  pageUrl,
}) => {
  await start(page, pageUrl, fixture("story-session-list"));
  await page.keyboard.press("Control+k");
  const field = page.getByRole("combobox");
  await expect(field).toBeFocused();
  await field.fill("excelexport");
  const options = page.getByRole("option");
  await expect(options.first()).toContainText("ExcelExportTaskWebSocket");
  await page.keyboard.press("Enter");
  await expect(heading(page)).toHaveText("example.excel.ExcelExportTaskWebSocket");

  await page.keyboard.press("1");
  await chain(page).getByRole("link").last().click();
  await expect(page).toHaveURL(/0x[0-9a-f]+$/);
  const address = /0x[0-9a-f]+$/.exec(page.url())?.[0] ?? "none";
  const name = await textOf(heading(page));
  await page.keyboard.press("1");
  await expect(heading(page)).toContainText("SESSIONS");
  await page.keyboard.press("Control+k");
  await field.fill(address);
  await expect(options.first()).toContainText("Object[");
  await page.keyboard.press("Enter");
  await expect(heading(page)).toHaveText(name);

  await page.keyboard.press("Control+k");
  await field.fill("nothing is called this");
  await expect(page.getByRole("dialog").getByRole("status")).toContainText("Nothing is called");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

test("? shows the keys and the terms, Escape closes them", { tag: "@file" }, async ({
  page,
  pageUrl,
}) => {
  await page.goto(pageUrl);
  await page.keyboard.press("?");
  const help = page.getByRole("dialog", { name: "Keys and terms" });
  await expect(help).toContainText("Find a class, address, place or action");
  await expect(help).toContainText("Retained");
  await page.keyboard.press("Escape");
  await expect(help).toHaveCount(0);
});

test("a dialog gives the keyboard back, however it is closed", async ({ page, pageUrl }) => {
  await start(page, pageUrl, fixture("story-session-list"));
  await page.keyboard.press("3");
  const table = page.getByRole("grid", { name: "Class histogram" });
  await expect(rows(table).first()).toBeVisible();
  await expect(table).toBeFocused();
  await page.keyboard.press("ArrowDown");
  const dialog = page.getByRole("dialog");
  const ways: [string, () => Promise<void>][] = [
    ["?", () => dialog.getByRole("button", { name: "Close" }).click()],
    ["?", () => page.keyboard.press("Escape")],
    ["Control+k", () => page.keyboard.press("Escape")],
    ["q", () => page.mouse.click(4, 4)],
    ["s", () => dialog.getByRole("button", { name: "Cancel" }).click()],
  ];
  for (const [key, close] of ways) {
    await page.keyboard.press(key);
    await expect(dialog).toBeVisible();
    await close();
    await expect(dialog).toHaveCount(0);
    await expect(table, `after ${key}`).toBeFocused();
  }
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").fill("keys and");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "Keys and terms" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(table, "after one dialog from another").toBeFocused();
});

test("the theme is kept for the next visit", { tag: "@file" }, async ({ page, pageUrl }) => {
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto(pageUrl);
  const light = await background();
  await page.getByRole("button", { name: "Theme: dark" }).click();
  await expect.poll(background).not.toBe(light);
  const dark = await background();
  await page.reload();
  expect(await background()).toBe(dark);
  await expect(page.getByRole("button", { name: "Theme: dark" })).toHaveAttribute(
    "aria-pressed",
    "true",
  );
  await page.getByRole("button", { name: "Theme: as the system" }).click();
  await expect.poll(background).toBe(light);
  await page.emulateMedia({ colorScheme: "dark" });
  await expect.poll(background).toBe(dark);
});

test("the pane of the selection can be put away, and stays away", async ({ page, pageUrl }) => {
  const { culprit } = expected<{ culprit: { staticField: string } }>("story-session-list");
  await start(page, pageUrl, fixture("story-session-list"));
  await expect(pane(page)).toContainText(culprit.staticField);
  await page.keyboard.press("\\");
  await expect(pane(page)).toHaveCount(0);
  await start(page, pageUrl, fixture("story-session-list"));
  await expect(heading(page)).toContainText("SESSIONS");
  await expect(pane(page)).toHaveCount(0);
  await page.keyboard.press("\\");
  await expect(pane(page)).toBeVisible();
});
