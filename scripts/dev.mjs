/** The page while working on it: builds the engine once, then serves with vite, which reloads. */
import process from "node:process";
import { buildWasm } from "./build-wasm.mjs";
import { command, packageScript, run } from "./run.mjs";

await command(import.meta.url, async () => {
  await buildWasm();
  run(process.execPath, [packageScript("vite/bin/vite.js")]);
});
