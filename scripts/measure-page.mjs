/**
 * `node scripts/measure-page.mjs [--memory=512M] DUMP...`: opens each dump in Chromium with the built page and prints
 * seconds from drop to suspects, MB/s, and what the page says of the engine's memory; with a limit of memory
 * also what did not fit.
 */
import { statSync } from "node:fs";
import { basename, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "@playwright/test";
import { chromiumPath, ensureChromium } from "./ensure-chromium.mjs";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * Seconds from handing the file over until the suspects are on the screen.
 * @param {import("@playwright/test").Page} page
 * @param {string} dump
 */
async function load(page, dump) {
  const start = performance.now();
  await page.setInputFiles("input[type=file]", dump);
  const loaded = () => /object/.test(document.querySelector("footer")?.textContent ?? "");
  await page.waitForFunction(loaded, null, { timeout: 1_800_000, polling: 50 });
  return (performance.now() - start) / 1000;
}

/**
 * @param {import("@playwright/test").Browser} browser
 * @param {string} dump
 */
async function measure(browser, dump) {
  const page = await browser.newPage();
  const built = fileURLToPath(new URL("../dist/index.html", import.meta.url));
  await page.goto(pathToFileURL(built).href + query);
  const seconds = await load(page, dump);
  const engine = await page.evaluate(() => document.querySelector("footer")?.textContent ?? "");
  const note = page.locator(".incomplete-note");
  const missing = (await note.count()) > 0 ? `; ${await note.textContent()}` : "";
  await page.close();
  const megabytes = statSync(dump).size / 1e6;
  const rate = (megabytes / seconds).toFixed(0);
  console.log(
    `${basename(dump)}: ${megabytes.toFixed(0)} MB in ${seconds.toFixed(2)} s, ${rate} MB/s; ${engine}${missing}`,
  );
}

const limit = process.argv.find((argument) => argument.startsWith("--memory="));
const query = limit === undefined ? "" : `?${limit.slice(2)}`;
const dumps = process.argv
  .slice(2)
  .filter((argument) => argument !== limit)
  .map((dump) => resolve(dump));
if (dumps.length === 0) {
  console.error("usage: node scripts/measure-page.mjs [--memory=512M] DUMP...");
  process.exit(2);
}
await ensureChromium();
const browser = await chromium.launch({ executablePath: chromiumPath(), args: FLAGS });
try {
  for (const dump of dumps) await measure(browser, dump);
} finally {
  await browser.close();
}
