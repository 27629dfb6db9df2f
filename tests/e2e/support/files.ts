/** Files to drop that no virtual machine wrote. */
import { readFileSync, writeFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { TestInfo } from "@playwright/test";
import { fixture } from "./app";

/** The bytes of a fixture as the virtual machine wrote them, inflated. */
export const inflated = (name: string): Buffer => gunzipSync(readFileSync(fixture(name)));

/** Writes a file into the folder of the test's results; returns its path. */
export function write(testInfo: TestInfo, name: string, content: Uint8Array | string): string {
  const path = testInfo.outputPath(name);
  writeFileSync(path, content);
  return path;
}

/** A file with the same dump `times` times: gzip members one after another are one stream. */
export function repeated(testInfo: TestInfo, name: string, times: number): string {
  const once = readFileSync(fixture(name));
  const all = Buffer.concat(Array.from({ length: times }, () => once));
  return write(testInfo, `${name}-${times}-times.hprof.gz`, all);
}

/** Length of the header of a dump: format with its zero byte, id size, time. */
const HEADER_BYTES = "JAVA PROFILE 1.0.2".length + 1 + 4 + 8;

/** A file that holds the dump several times, as an agent appends one dump after another. */
export function severalDumps(testInfo: TestInfo, name: string, times: number): string {
  const once = inflated(name);
  const again = Array.from({ length: times - 1 }, () => once.subarray(HEADER_BYTES));
  return write(testInfo, `${name}-${times}-dumps.hprof`, Buffer.concat([once, ...again]));
}

/** The first bytes of a picture. */
export const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

/** The header of a dump and nothing after it. */
export function headerOnly(): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.write("JAVA PROFILE 1.0.2\0", 0, "latin1");
  header.writeUInt32BE(8, 19);
  header.writeBigUInt64BE(1_700_000_000_000n, 23);
  return header;
}
