/** Formats everything, and mends what the linter can mend safely. */

import process from "node:process";
import { ensurePackages } from "./ensure-packages.mjs";
import { command, packageScript, run } from "./run.mjs";

await command(import.meta.url, async () => {
  await ensurePackages();
  run("cargo", ["fmt"]);
  run(process.execPath, [packageScript("@biomejs/biome/bin/biome"), "check", "--write"]);
});
