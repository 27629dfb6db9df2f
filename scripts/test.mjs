/**
 * Everything a change has to pass, in the order of how soon it fails; stops at the first failure.
 * The last line is the sum: tests by their own count, every other check as one.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { buildPage } from "./build-page.mjs";
import { buildWasm } from "./build-wasm.mjs";
import { checkCost } from "./check-cost.mjs";
import { ensureChromium } from "./ensure-chromium.mjs";
import { ensurePackages } from "./ensure-packages.mjs";
import { HELPER } from "./ensure-wasm-bindgen.mjs";
import { lintWasm } from "./lint-wasm.mjs";
import { command, Failure, packageScript, record } from "./run.mjs";
import { addCounts, cargoCounts, playwrightCounts, vitestCounts } from "./test-counts.mjs";

/** @typedef {import("./test-counts.mjs").Counts} Counts */
/** @typedef {{ title: string, work: () => Promise<Counts> }} Step */

const reports = mkdtempSync(join(tmpdir(), "heapglass-test-"));

/** @type {Step[]} */
const steps = [
  { title: "npm packages", work: () => check(ensurePackages) },
  { title: "cargo fmt --check", work: format },
  { title: "cargo clippy", work: clippy },
  { title: "cargo test", work: cargoTest },
  { title: "cargo clippy for wasm", work: () => check(lintWasm) },
  { title: "wasm build", work: () => check(buildWasm) },
  { title: "cost of a load", work: () => check(checkCost) },
  { title: "page build", work: () => check(buildPage) },
  { title: "tsc", work: () => script("typescript/bin/tsc", ["--noEmit"]) },
  {
    title: "biome",
    work: () => script("@biomejs/biome/bin/biome", ["ci", "--colors=off", "--error-on-warnings"]),
  },
  { title: "vitest", work: vitest },
  { title: "playwright", work: playwright },
];

/** @param {() => Promise<unknown>} work @returns {Promise<Counts>} */
async function check(work) {
  await work();
  return { passed: 1, failed: 0, skipped: 0 };
}

/** @param {string} program @param {string[]} args @returns {Promise<Counts>} */
async function tool(program, args) {
  const { ok } = await record(program, args);
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 };
}

/** @param {string} path @param {string[]} args */
const script = (path, args) => tool(process.execPath, [packageScript(path), ...args]);

async function format() {
  const helper = ["--manifest-path", join(HELPER, "Cargo.toml")];
  const engine = await tool("cargo", ["fmt", "--check"]);
  return addCounts(engine, await tool("cargo", ["fmt", "--check", ...helper]));
}

function clippy() {
  return tool("cargo", ["clippy", "--all-targets", "--all-features", "--", "-D", "warnings"]);
}

async function cargoTest() {
  const { ok, output } = await record("cargo", ["test", "--all-features"]);
  return atLeastOneFailure(ok, cargoCounts(output));
}

async function vitest() {
  const report = join(reports, "vitest.json");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const { ok } = await record(process.execPath, [
    packageScript("vitest/vitest.mjs"),
    "run",
    ...reporters,
  ]);
  return atLeastOneFailure(ok, vitestCounts(read(report)));
}

async function playwright() {
  await ensureChromium();
  const report = join(reports, "playwright.json");
  const args = [packageScript("@playwright/test/cli.js"), "test", "--reporter=list,json"];
  const { ok } = await record(process.execPath, args, { PLAYWRIGHT_JSON_OUTPUT_FILE: report });
  return atLeastOneFailure(ok, playwrightCounts(read(report)));
}

/**
 * A tool that failed without a failed test (it did not even compile) is one failure.
 * @param {boolean} ok @param {Counts} counts @returns {Counts}
 */
function atLeastOneFailure(ok, counts) {
  return ok ? counts : { ...counts, failed: Math.max(1, counts.failed) };
}

/** @param {string} path the report of a tool, which is missing when the tool could not start */
function read(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return null;
  }
}

/** @param {Step} step @returns {Promise<Counts>} */
async function attempt({ work }) {
  try {
    return await work();
  } catch (error) {
    console.error(error instanceof Failure ? error.message : error);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

await command(import.meta.url, async () => {
  let total = { passed: 0, failed: 0, skipped: 0 };
  const lines = [];
  for (const [index, step] of steps.entries()) {
    console.log(`\n=== ${index + 1}/${steps.length} ${step.title} ===`);
    const started = performance.now();
    const counts = await attempt(step);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    total = addCounts(total, counts);
    lines.push(`${counts.failed > 0 ? "FAILED" : "passed"}  ${step.title}, ${seconds} s`);
    if (counts.failed > 0) break;
  }
  rmSync(reports, { recursive: true, force: true });
  for (const step of steps.slice(lines.length)) lines.push(`not run ${step.title}`);
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : "";
  console.log(`\n${lines.join("\n")}\n`);
  console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
  process.exitCode = total.failed > 0 ? 1 : 0;
});
