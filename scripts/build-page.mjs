/** Builds dist/index.html: the engine, the bundle, the policy, and the check of the result. */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import process from "node:process";
import { buildWasm } from "./build-wasm.mjs";
import { checkPage, PAGE } from "./check-page.mjs";
import { command, packageScript, run, step } from "./run.mjs";
import { sealPage } from "./seal-page.mjs";
import { hashOf, isCurrent, setStamp } from "./stamp.mjs";

/** Everything the page is made of; the tests among it only cost a needless build. */
const INPUTS = ["www", "vite.config.ts", "tsconfig.json", "package-lock.json", "scripts"];

export async function buildPage() {
  await buildWasm();
  const hash = hashOf(INPUTS);
  if (!isCurrent("page", hash) || !existsSync(PAGE)) {
    rmSync(PAGE, { force: true });
    await step("page: vite", bundle);
    writeFileSync(PAGE, sealPage(readFileSync(PAGE, "utf8")));
    setStamp("page", hash);
  }
  checkPage();
}

function bundle() {
  run(process.execPath, [packageScript("vite/bin/vite.js"), "build", "--logLevel", "warn"]);
}

await command(import.meta.url, buildPage);
