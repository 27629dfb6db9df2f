/** What the page must not do: ask for anything over the network, or stand still while it works. */
import type { CDPSession, Page } from "@playwright/test";
import { chain, fixture, heading, openDump, places, rows } from "./support/app";
import { dropFile } from "./support/drop";
import { repeated } from "./support/files";
import { expect, test } from "./support/fixtures";

test("no request is made from the first drop to the last click", { tag: "@file" }, async ({
  page,
  pageUrl,
}) => {
  await page.goto(pageUrl);
  const requests: string[] = [];
  // Loading parts of itself from its own text is no request that leaves the page.
  page.on("request", (request) => {
    if (!/^(blob|data):/.test(request.url())) requests.push(request.url());
  });
  page.on("websocket", (socket) => requests.push(socket.url()));

  await openDump(page, fixture("story-session-list"));
  await chain(page).getByRole("link").last().click();
  await expect(rows(page.getByRole("grid", { name: "Elements" })).first()).toBeVisible();
  for (const name of ["Suspects", "Histogram", "Dominators", "Overview"]) {
    await places(page).getByRole("link", { name }).click();
    await expect(heading(page)).not.toBeEmpty();
  }
  expect(requests).toEqual([]);
});

interface Pauses {
  /** Lengths of the tasks that blocked the page's thread for more than 50 ms, in milliseconds. */
  long: number[];
}

declare global {
  interface Window {
    pauses: Pauses;
  }
}

/** Notes every task of the page's own thread that takes more than 50 ms. */
async function watchPauses(page: Page): Promise<void> {
  await page.evaluate(() => {
    window.pauses = { long: [] };
    new PerformanceObserver((list) => {
      window.pauses.long.push(...list.getEntries().map((entry) => entry.duration));
    }).observe({ type: "longtask" });
  });
}

/** Processor time that the page's own thread has used, in seconds. */
async function threadSeconds(devTools: CDPSession): Promise<number> {
  const { metrics } = await devTools.send("Performance.getMetrics");
  return metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN;
}

/** Shares of the watched time; a machine that does other things as well stretches every task. */
const MOST_BUSY = 0.25;
const MOST_BLOCKED = 0.1;
const WATCHED_MS = 4000;

test("the page's own thread stays free while a dump is read", async ({
  page,
  pageUrl,
}, testInfo) => {
  const path = repeated(testInfo, "story-session-list", 200);
  await page.goto(pageUrl);
  const devTools = await page.context().newCDPSession(page);
  await devTools.send("Performance.enable", { timeDomain: "threadTicks" });
  await dropFile(page, page.locator("body"), path);
  const bar = page.getByRole("progressbar", { name: "Load" });
  await expect.poll(async () => Number(await bar.getAttribute("aria-valuenow"))).toBeGreaterThan(0);

  await watchPauses(page);
  const [used, begun] = [await threadSeconds(devTools), Date.now()];
  await page.waitForTimeout(WATCHED_MS);
  const [busy, took] = [(await threadSeconds(devTools)) - used, (Date.now() - begun) / 1000];
  await expect(bar).toBeVisible();
  const { long } = await page.evaluate(() => window.pauses);
  const blocked = long.reduce((sum, each) => sum + each - 50, 0) / 1000;
  const said = `${busy.toFixed(2)} s of ${took.toFixed(2)} s; tasks over 50 ms: ${long.join(", ")}`;
  testInfo.annotations.push({ type: "page's thread", description: said });
  expect(busy / took, said).toBeLessThan(MOST_BUSY);
  expect(blocked / took, said).toBeLessThan(MOST_BLOCKED);
});
