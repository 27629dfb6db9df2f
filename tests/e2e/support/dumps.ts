import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

/**
 * Path of a dump in the folder that HEAPGLASS_EXTRA_DUMPS names; null when it is not there.
 * Those dumps are too large for the repository: a test that needs one skips itself without it.
 */
export function extraDump(name: string): string | null {
  const folder = process.env["HEAPGLASS_EXTRA_DUMPS"];
  if (folder === undefined || folder === "") return null;
  const path = join(folder, name);
  return existsSync(path) ? path : null;
}
