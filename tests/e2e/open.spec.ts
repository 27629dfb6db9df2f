/** The ways in, and the way out again. */
import { basename } from "node:path";
import {
  chain,
  fixture,
  heading,
  loaded,
  openDump,
  pane,
  places,
  rows,
  start,
  textOf,
} from "./support/app";
import { dragFileOver, dropFile } from "./support/drop";
import { repeated, severalDumps } from "./support/files";
import { expect, test } from "./support/fixtures";

/** Inflates to more than a gigabyte: long enough to see the load, and to stop it. */
const MANY = 40;

test("a file that hovers over the page is announced", async ({ page, pageUrl }) => {
  await page.goto(pageUrl);
  await dragFileOver(page, page.locator("body"), fixture("healthy"));
  await expect(page.getByText("Drop to open")).toBeVisible();
});

test("the example opens without any file", { tag: "@file" }, async ({ page, pageUrl }) => {
  await page.goto(pageUrl);
  await page.getByRole("button", { name: "Try the example" }).click();
  await expect(page).toHaveTitle(/^(?!\d+ %).+ · Heapglass$/);
  await expect(heading(page)).toContainText("%");
  await expect(chain(page).getByRole("link").first()).toBeVisible();
});

test("Ctrl+O asks for a file", { tag: "@file" }, async ({ page, pageUrl }) => {
  await page.goto(pageUrl);
  const chooser = page.waitForEvent("filechooser");
  await page.keyboard.press("Control+o");
  await (await chooser).setFiles(fixture("healthy"));
  await loaded(page, "healthy.hprof.gz");
  // And again, while a dump is open, by the button.
  const second = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Open another" }).click();
  await (await second).setFiles(fixture("dominators"));
  await loaded(page, "dominators.hprof.gz");
});

test("a second dump replaces the first and all that was chosen in it", async ({
  page,
  pageUrl,
}) => {
  await start(page, pageUrl, fixture("story-session-list"));
  await chain(page).getByRole("link").last().click();
  await expect(page).toHaveURL(/#\/object\//);

  await openDump(page, fixture("story-modelmapper"));
  await expect(page).toHaveURL(/#\/overview$/);
  await expect(heading(page)).toContainText("OrderController.MAPPERS_BY_REQUEST");
  await expect(page.locator("body")).not.toContainText("ExcelExportTaskWebSocket");
  await expect(pane(page)).toContainText("HashMap");
});

test("a healthy heap gets a calm sentence, a selection and no suspect", async ({
  page,
  pageUrl,
}) => {
  await start(page, pageUrl, fixture("healthy"));
  await expect(heading(page)).toContainText("Nothing stands out");
  await expect(page.locator(".culprit")).toHaveCount(0);
  await expect(chain(page)).toHaveCount(0);
  await expect(pane(page)).toContainText("0x");
  await places(page).getByRole("link", { name: "Largest holders" }).click();
  await expect(heading(page)).toContainText("Nothing stands out");
});

test(
  "a load shows how far it is, and Escape stops it",
  { tag: "@file" },
  async ({ page, pageUrl }, testInfo) => {
    const path = repeated(testInfo, "story-session-list", MANY);
    await page.goto(pageUrl);
    await dropFile(page, page.locator("body"), path);
    const bar = page.getByRole("progressbar", { name: "Load" });
    await expect(bar).toBeVisible();
    await expect
      .poll(async () => Number(await bar.getAttribute("aria-valuenow")))
      .toBeGreaterThan(0);
    await expect(page).toHaveTitle(/^\d+ % · /);
    await page.keyboard.press("Escape");

    await expect(page).toHaveTitle("Heapglass");
    await expect(page.getByRole("button", { name: "Open a heap dump" })).toBeVisible();
    await expect(bar).toHaveCount(0);

    await openDump(page, fixture("story-session-list"));
    await expect(heading(page)).toContainText("ExcelExportTaskWebSocket.SESSIONS");
  },
);

test("Cancel stops a load, and so does another dump", async ({ page, pageUrl }, testInfo) => {
  const path = repeated(testInfo, "story-session-list", MANY);
  await page.goto(pageUrl);
  await dropFile(page, page.locator("body"), path);
  await page.getByRole("button", { name: /^Cancel/ }).click();
  await expect(page.getByRole("button", { name: "Open a heap dump" })).toBeVisible();

  await dropFile(page, page.locator("body"), path);
  await expect(page.getByRole("progressbar")).toBeVisible();
  await openDump(page, fixture("healthy"));
  await expect(heading(page)).toContainText("Nothing stands out");
  await expect(page.getByRole("banner")).toContainText("healthy.hprof.gz");
});

test("of several dumps in one file each can be looked at", async ({ page, pageUrl }, testInfo) => {
  const path = severalDumps(testInfo, "dominators", 3);
  await start(page, pageUrl, path);
  const chooser = page.getByLabel(/This file holds 3 heap dumps/);
  await expect(chooser).toHaveValue("1");
  const first = await textOf(heading(page));
  await chooser.selectOption("dump 3");
  await loaded(page, basename(path));
  await expect(chooser).toHaveValue("3");
  await expect(page.getByRole("banner")).toContainText("dump 3 of 3");
  await expect(heading(page)).toHaveText(first);
});

test("a link to an object leads there again once its dump is open", { tag: "@file" }, async ({
  page,
  pageUrl,
}) => {
  await start(page, pageUrl, fixture("story-session-list"));
  await chain(page).getByRole("link").last().click();
  await expect(rows(page.getByRole("grid", { name: "Elements" })).first()).toBeVisible();
  const name = await textOf(heading(page));
  const address = /0x[0-9a-f]+$/.exec(page.url())?.[0] ?? "none";

  await page.reload();
  await expect(page.getByRole("main")).toContainText(`This link leads to the object ${address}`);
  await openDump(page, fixture("story-session-list"));
  await expect(page).toHaveURL(new RegExp(`#/object/${address}$`));
  await expect(heading(page)).toHaveText(name);
  await expect(pane(page)).toContainText(address);
});

test("a link to an object that the dump does not hold says so", async ({ page, pageUrl }) => {
  await page.goto(`${pageUrl}#/object/0x1234567`);
  await openDump(page, fixture("healthy"));
  await expect(heading(page)).toContainText("No object at 0x1234567");
  await places(page).getByRole("link", { name: "Overview" }).click();
  await expect(heading(page)).toContainText("Nothing stands out");
});
