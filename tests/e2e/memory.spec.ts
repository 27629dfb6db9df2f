/** Memory that does not suffice, and an engine that dies: what there is stays, and the page goes on. */
import { basename } from "node:path";
import type { Page } from "@playwright/test";
import { fixture, heading, loaded, openDump, places, rows } from "./support/app";
import { longChain } from "./support/chain";
import { dropFile } from "./support/drop";
import { expect, test } from "./support/fixtures";

/** Objects and references of so many fit into 16 MiB; the dominator tree does not. */
const NODES = 1_500_000;

const note = (page: Page) => page.getByRole("main").getByText("Analysed in part.");

test(
  "in too little memory a dump is shown as far as it goes",
  { tag: "@file" },
  async ({ page, pageUrl }, testInfo) => {
    test.slow();
    const path = longChain(testInfo, NODES);
    await page.goto(`${pageUrl}?memory=16MiB`);
    await dropFile(page, page.locator("body"), path);
    await loaded(page, basename(path));

    // The histogram comes first, with what is missing and why above it.
    await expect(heading(page)).toHaveText("Class histogram");
    await expect(note(page)).toBeVisible();
    await expect(page.getByRole("main")).toContainText(
      "Computing the dominator tree needs at least",
    );
    await expect(page.getByRole("main")).toContainText("were free");
    const grid = page.getByRole("grid", { name: "Class histogram" });
    await expect(rows(grid).first()).toContainText("com.acme.Node");
    await expect(rows(grid).first()).toContainText("1,500,000");

    // Places that need what is missing say so.
    await page.keyboard.press("2");
    await expect(heading(page)).toHaveText("Leak suspects");
    await expect(page.getByText("Memory did not suffice for leak suspects.")).toBeVisible();
    await places(page).getByRole("link", { name: "Dominators" }).click();
    await expect(
      page.getByText("Memory did not suffice for retained sizes and dominator tree."),
    ).toBeVisible();
    await places(page).getByRole("link", { name: "Overview" }).click();
    await expect(heading(page)).toHaveText("Memory sufficed for a part of the analysis");
    await expect(page.getByRole("main")).toContainText("limits the engine to 16.0 MiB");

    // Objects, their fields and who refers to them are there.
    await page.goto(`${page.url().replace(/#.*/, "")}#/object/0x100010`);
    await expect(heading(page)).toContainText("com.acme.Node");
    const inbound = page.getByRole("grid", { name: "Inbound references" });
    await expect(rows(inbound).first()).toContainText("next");
    await expect(page.getByText(/^Not computed\./).first()).toBeVisible();
  },
);

test("more memory brings the rest", async ({ page, pageUrl }, testInfo) => {
  test.slow();
  const path = longChain(testInfo, 100_000);
  await page.goto(`${pageUrl}?memory=64M`);
  await openDump(page, path);
  await expect(note(page)).toHaveCount(0);
  await expect(heading(page)).toContainText("Node");
});

test("an engine that dies is started anew with the same file", { tag: "@file" }, async ({
  page,
  pageUrl,
}) => {
  await page.goto(pageUrl);
  await openDump(page, fixture("story-session-list"));
  await page.workers()[0]?.evaluate(() => {
    setTimeout(() => {
      throw new Error("made to fail");
    });
  });
  await expect(heading(page)).toHaveText("The engine stopped");
  await expect(page.getByRole("alert")).toContainText("made to fail");
  await expect.poll(() => page.workers().length).toBe(0);

  await page.getByRole("button", { name: "Try again with the same file" }).click();
  await loaded(page, "story-session-list.hprof.gz");
  await expect(heading(page)).toContainText("ExcelExportTaskWebSocket.SESSIONS");

  await openDump(page, fixture("healthy"));
  await expect(heading(page)).toContainText("Nothing stands out");
  expect(page.workers().length).toBe(1);
});

test("a trap for want of memory is told from a bug", async ({ page, pageUrl }) => {
  await page.goto(pageUrl);
  await openDump(page, fixture("healthy"));
  await page.workers()[0]?.evaluate(() => {
    const memory = { used: 4.1e9, limit: 4.2e9, grown: 2 ** 32 };
    postMessage({ type: "heapglass-crash", message: "RuntimeError: unreachable", memory });
  });
  await expect(heading(page)).toHaveText("Memory did not suffice for this dump");
  await expect(page.getByRole("alert")).toContainText("ran out of memory");
  await expect(page.getByRole("alert")).toContainText("heapglass DUMP");
  await page.getByRole("button", { name: "Try again with the same file" }).click();
  await loaded(page, "healthy.hprof.gz");
});

test("a second dump starts with fresh memory", async ({ page, pageUrl }) => {
  await page.goto(pageUrl);
  await openDump(page, fixture("story-session-list"));
  const [first] = page.workers();
  await openDump(page, fixture("healthy"));
  const [second] = page.workers();
  expect(page.workers().length).toBe(1);
  expect(second).not.toBe(first);
});
