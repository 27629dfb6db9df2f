/**
 * `node scripts/take-screenshots.mjs [--page=dist/index.html] [--out=docs/screenshots] [--dark] [--tour] DUMP...`:
 * the first screen of each dump, without a click, as `OUT/NAME.png` of 1280 x 800 pixels; with `--tour` every other
 * place of the page as `OUT/view-PLACE.png`.
 * `pngquant` makes the pictures small where it is installed.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, statSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { launchBrowser } from "./browser.mjs";
import { command, Failure, root } from "./run.mjs";

const SIZE = { width: 1280, height: 800 };
const PATIENCE_MS = 600_000;

/** What says that something is still on its way. */
const BUSY = "[aria-busy=true], [role=progressbar], .skeleton";

/**
 * The places of a tour in the page: name of the picture, address, and what to do there: keys, or words to click on.
 * @type {[name: string, hash: string, doings?: string[]][]}
 */
const TOUR = [
  ["suspects", "#/suspects"],
  ["histogram", "#/histogram"],
  ["dominators", "#/dominators", ["ArrowDown", "ArrowRight"]],
  ["icicle", "#/map"],
  ["treemap", "#/map", ["on Treemap"]],
  ["threads", "#/threads"],
  ["stacks", "#/threads/stacks"],
  ["thread", "#/threads", ["ArrowDown", "Enter"]],
  ["loaders", "#/loaders"],
  ["roots", "#/roots"],
  ["properties", "#/properties"],
  ["questions", "#/ask"],
  ["answer", "#/ask/duplicate-strings", ["ArrowDown"]],
  ["waste", "#/ask/waste", ["ArrowDown", "ArrowRight"]],
  ["ask", "#/ask/classes", ["ArrowDown", "q"]],
  ["outside", "#/outside"],
  ["unreachable", "#/unreachable"],
  ["object", "#/dominators", ["ArrowDown", "Enter"]],
  ["class", "#/histogram", ["ArrowDown", "Enter"]],
  ["note", "#/dominators", ["ArrowDown", "m"]],
  ["report", "#/overview", ["s"]],
  ["palette", "#/overview", ["Control+k"]],
  ["keys", "#/overview", ["?"]],
];

/** @typedef {import("@playwright/test").Page} Page */

/**
 * Opens a dump in a browser of its own and waits for all of its first screen.
 * @param {string} page path of the built page
 * @param {string} dump
 * @param {"light" | "dark"} colorScheme
 * @param {(tab: Page) => Promise<void>} look
 */
async function withDump(page, dump, colorScheme, look) {
  const browser = await launchBrowser();
  try {
    const tab = await browser.newPage({ viewport: SIZE, colorScheme });
    await tab.goto(pathToFileURL(page).href);
    await tab.setInputFiles("input[type=file]", resolve(dump));
    const main = tab.getByRole("main");
    await main.getByRole("heading", { level: 1 }).waitFor({ timeout: PATIENCE_MS });
    await tab.waitForFunction((name) => document.title.startsWith(name), basename(dump), {
      timeout: PATIENCE_MS,
    });
    await tab.getByRole("region", { name: "Largest classes" }).getByRole("row").nth(1).waitFor();
    await look(tab);
  } finally {
    await browser.close();
  }
}

/** Waits until every placeholder has given way to its answer. @param {Page} tab */
async function settled(tab) {
  await tab.waitForTimeout(1000);
  await tab.waitForFunction((busy) => document.querySelector(busy) === null, BUSY, {
    timeout: PATIENCE_MS,
  });
}

/** Takes a picture of what has settled. @param {Page} tab @param {string} out */
async function take(tab, out) {
  await settled(tab);
  await tab.waitForTimeout(500);
  await tab.screenshot({ path: out });
  quantise(out);
  console.log(`${relative(root, out)}: ${(statSync(out).size / 1000).toFixed(0)} kB`);
}

/** Takes a picture of every place. @param {Page} tab @param {(name: string) => string} out */
async function tour(tab, out) {
  for (const [name, hash, doings = []] of TOUR) {
    // Away first: the same address again would be no change.
    for (const place of ["#/overview", hash]) {
      await tab.evaluate((to) => location.assign(to), place);
      await settled(tab);
    }
    for (const doing of doings) {
      if (doing.startsWith("on ")) await tab.getByText(doing.slice(3), { exact: true }).click();
      else await tab.keyboard.press(doing);
      await settled(tab);
    }
    await take(tab, out(name));
    await tab.keyboard.press("Escape");
  }
}

/** Fewer colours make a third of the size; nobody sees them. */
function quantise(/** @type {string} */ picture) {
  const { error } = spawnSync("pngquant", ["--force", "--strip", "--output", picture, picture]);
  if (error) console.log("pngquant is not installed: the pictures stay as large as they are");
}

await command(import.meta.url, async () => {
  const { values, positionals: dumps } = parseArgs({
    options: {
      page: { type: "string", default: join(root, "dist/index.html") },
      out: { type: "string", default: join(root, "docs/screenshots") },
      dark: { type: "boolean", default: false },
      tour: { type: "boolean", default: false },
    },
    allowPositionals: true,
  });
  if (dumps.length === 0) {
    throw new Failure(
      "Usage: node scripts/take-screenshots.mjs [--page=] [--out=] [--dark] [--tour] DUMP...",
    );
  }
  mkdirSync(values.out, { recursive: true });
  for (const dump of dumps) {
    await withDump(resolve(values.page), dump, values.dark ? "dark" : "light", async (tab) => {
      const name = basename(dump).replace(/\.hprof(\.gz)?$/, "");
      if (values.tour) await tour(tab, (view) => join(values.out, `view-${view}.png`));
      else await take(tab, join(values.out, `${name}.png`));
    });
  }
});
