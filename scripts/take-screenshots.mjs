/**
 * `node scripts/take-screenshots.mjs [--page=dist/index.html] [--out=docs/screenshots] [--dark] DUMP...`:
 * the first screen of each dump, without a click, as `OUT/NAME.png` of 1280 x 800 pixels.
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

/**
 * Opens a dump in a browser of its own and takes the picture.
 * @param {string} page path of the built page
 * @param {string} dump
 * @param {"light" | "dark"} colorScheme
 * @param {string} out path of the picture
 */
async function takeScreenshot(page, dump, colorScheme, out) {
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
    // Every placeholder has given way to its answer.
    await tab.getByRole("region", { name: "Largest classes" }).getByRole("row").nth(1).waitFor();
    await tab.waitForFunction(() => document.querySelector("[aria-busy=true]") === null);
    await tab.waitForTimeout(1000);
    await tab.screenshot({ path: out });
  } finally {
    await browser.close();
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
    },
    allowPositionals: true,
  });
  if (dumps.length === 0) {
    throw new Failure(
      "Usage: node scripts/take-screenshots.mjs [--page=] [--out=] [--dark] DUMP...",
    );
  }
  mkdirSync(values.out, { recursive: true });
  for (const dump of dumps) {
    const picture = join(values.out, `${basename(dump).replace(/\.hprof(\.gz)?$/, "")}.png`);
    await takeScreenshot(resolve(values.page), dump, values.dark ? "dark" : "light", picture);
    quantise(picture);
    console.log(`${relative(root, picture)}: ${(statSync(picture).size / 1000).toFixed(0)} kB`);
  }
});
