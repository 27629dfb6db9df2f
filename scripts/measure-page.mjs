/**
 * `node scripts/measure-page.mjs [--memory=512M] DUMP...`: opens each dump in Chromium with the built
 * page and prints seconds from drop to suspects and per phase, processor seconds of all of the
 * browser, MB/s, and what the page says of the engine's memory; with a limit of memory also what did
 * not fit.
 */
import { statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { launchBrowser } from "./browser.mjs";
import { command, Failure, root } from "./run.mjs";

/** An hour: a load that takes longer has failed. */
const PATIENCE_MS = 3_600_000;

/**
 * What a load in the page took.
 * @typedef {{
 *   seconds: number, cpuSeconds: number, phases: Record<string, number>,
 *   memory: string, bytesPerObject: number, missing: string,
 * }} PageLoad
 */

/** Runs in the page: keeps the time at which each phase begins, and the time when all is done. */
function watch() {
  /** @type {{ label: string, at: number }[]} */
  const marks = [];
  Object.assign(globalThis, { heapglassMarks: marks });
  const look = () => {
    const item = document.querySelector(".loading-phases [aria-current]");
    const label = [...(item?.childNodes ?? [])].find((node) => node.nodeType === 3)?.textContent;
    if (label && marks.at(-1)?.label !== label) marks.push({ label, at: performance.now() });
    const done = /object/.test(document.querySelector("footer")?.textContent ?? "");
    if (done && marks.at(-1)?.label !== "") marks.push({ label: "", at: performance.now() });
  };
  new MutationObserver(look).observe(document, {
    attributes: true,
    childList: true,
    characterData: true,
    subtree: true,
  });
}

/** @param {import("@playwright/test").Page} page */
const marksOf = (page) =>
  page.evaluate(() => {
    const all = /** @type {{ heapglassMarks: { label: string, at: number }[] }} */ (
      /** @type {unknown} */ (globalThis)
    );
    return all.heapglassMarks;
  });

/** Seconds of processor time that the browser has taken, all its processes together. */
async function cpuSeconds(/** @type {import("@playwright/test").Browser} */ browser) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
}

/** @param {{ label: string, at: number }[]} marks @returns {Record<string, number>} */
function secondsPerPhase(marks) {
  const spans = marks.slice(1).map(({ at }, i) => {
    const begun = marks[i] ?? { label: "", at };
    return [begun.label, (at - begun.at) / 1000];
  });
  return Object.fromEntries(spans);
}

/**
 * Opens a dump in a browser of its own.
 * @param {string} dump
 * @returns {Promise<PageLoad>}
 */
export async function loadInPage(dump, memory = "") {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage();
    const query = memory === "" ? "" : `?memory=${memory}`;
    await page.goto(pathToFileURL(join(root, "dist/index.html")).href + query);
    await page.evaluate(watch);
    const cpuBefore = await cpuSeconds(browser);
    const start = performance.now();
    await page.setInputFiles("input[type=file]", resolve(dump));
    const done = () => /object/.test(document.querySelector("footer")?.textContent ?? "");
    await page.waitForFunction(done, null, { timeout: PATIENCE_MS, polling: 50 });
    const seconds = (performance.now() - start) / 1000;
    const cpu = (await cpuSeconds(browser)) - cpuBefore;
    const phases = secondsPerPhase(await marksOf(page));
    const text = await page.evaluate(
      () => document.querySelector(".footer-engine")?.textContent ?? "",
    );
    const [, held = "?", perObject = "0"] = /engine (.*?) · ([\d.,]+) B\/object/.exec(text) ?? [];
    const bytesPerObject = Number(perObject.replace(",", ""));
    const note = page.locator(".incomplete-note");
    const missing = (await note.count()) > 0 ? ((await note.textContent()) ?? "") : "";
    return { seconds, cpuSeconds: cpu, phases, memory: held, bytesPerObject, missing };
  } finally {
    await browser.close();
  }
}

await command(import.meta.url, async () => {
  const { values, positionals: dumps } = parseArgs({
    options: { memory: { type: "string", default: "" } },
    allowPositionals: true,
  });
  if (dumps.length === 0) {
    throw new Failure("Usage: node scripts/measure-page.mjs [--memory=512M] DUMP...");
  }
  for (const dump of dumps) {
    const load = await loadInPage(dump, values.memory);
    const megabytes = statSync(dump).size / 1e6;
    const rate = (megabytes / load.seconds).toFixed(0);
    const sum = `${megabytes.toFixed(0)} MB in ${load.seconds.toFixed(2)} s, ${rate} MB/s`;
    const cost = `${load.cpuSeconds.toFixed(2)} s of processor time`;
    console.log(
      `${basename(dump)}: ${sum}, ${cost}; engine ${load.memory}, ${load.bytesPerObject} B/object`,
    );
    if (load.missing !== "") console.log(`  ${load.missing}`);
    for (const [phase, seconds] of Object.entries(load.phases)) {
      console.log(`  ${seconds.toFixed(2).padStart(8)} s  ${phase}`);
    }
  }
});
