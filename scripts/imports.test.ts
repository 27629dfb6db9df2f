// @vitest-environment node
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const folder = dirname(fileURLToPath(import.meta.url));
const IMPORT = /^import\b[^"]*"([^"]+)";$/gm;

/** On a fresh clone they start before the packages are there: what they need of them they import later. */
it("imports no package at the start of any script", () => {
  const scripts = readdirSync(folder).filter((name) => name.endsWith(".mjs"));
  const imports = scripts.flatMap((name) =>
    [...readFileSync(join(folder, name), "utf8").matchAll(IMPORT)].map(([, from = ""]) => from),
  );
  expect(imports).toContain("./run.mjs");
  expect(imports).toContain("node:fs");
  expect(imports.filter((from) => !/^(node:|\.)/.test(from))).toEqual([]);
});
