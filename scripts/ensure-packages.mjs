/** Installs the npm packages of the lock file, when they are missing or the lock file changed. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { command, Failure, root, run, step } from "./run.mjs";
import { hashOf, isCurrent, setStamp } from "./stamp.mjs";

const OLDEST_NODE = 20;

export async function ensurePackages() {
  if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
    throw new Failure(`Node ${OLDEST_NODE} or newer is needed; this is ${process.versions.node}.`);
  }
  const hash = hashOf(["package-lock.json"]);
  if (existsSync(join(root, "node_modules")) && isCurrent("packages", hash)) return;
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  await step("npm packages", () => run(npm, ["ci", "--no-audit", "--no-fund"]));
  setStamp("packages", hash);
}

await command(import.meta.url, ensurePackages);
