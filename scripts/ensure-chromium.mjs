/**
 * Makes sure that there is a Chromium for the browser tests: the one HEAPGLASS_CHROMIUM names, or
 * Debian's. A browser of playwright's own would be a large download that many networks refuse.
 */
import { existsSync } from "node:fs";
import process from "node:process";
import { ensureDebianPackages } from "./ensure-debian-packages.mjs";
import { command, Failure } from "./run.mjs";

/** @returns {string} path of the browser that the tests use, installed or not */
export const chromiumPath = () => process.env["HEAPGLASS_CHROMIUM"] ?? "/usr/bin/chromium";

export async function ensureChromium() {
  if (existsSync(chromiumPath())) return;
  const advice = "Set HEAPGLASS_CHROMIUM to the path of a Chromium or Chrome.";
  if (process.env["HEAPGLASS_CHROMIUM"] !== undefined) {
    throw new Failure(
      `HEAPGLASS_CHROMIUM names ${chromiumPath()}, which does not exist. ${advice}`,
    );
  }
  await ensureDebianPackages(["chromium"], advice);
  if (!existsSync(chromiumPath())) throw new Failure(`No browser at ${chromiumPath()}. ${advice}`);
}

await command(import.meta.url, ensureChromium);
