/** The dumps of the production stories: small ones of the repository, and those of production size. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { root } from "../../../scripts/run.mjs";

/** `fixture`: committed; `production`: made by `scripts/make-story-dumps.sh`. */
export type StorySize = "fixture" | "production";

export const SIZES: StorySize[] = ["fixture", "production"];

/** Why a test of a production dump skips itself. */
export const NEEDS_DUMPS = "needs HEAPGLASS_STORY_DUMPS, a folder of scripts/make-story-dumps.sh";

/** A dump, and what its program knows of its own heap. */
export interface StoryDump<T> {
  path: string;
  expected: T;
}

/** The dump of a story; null where the folder that HEAPGLASS_STORY_DUMPS names does not have it. */
export function storyDump<T>(name: string, size: StorySize): StoryDump<T> | null {
  const made = process.env["HEAPGLASS_STORY_DUMPS"] ?? "";
  const folder = size === "fixture" ? join(root, "tests/fixtures") : made;
  const path = join(folder, `${name}.hprof.gz`);
  if (folder === "" || (size === "production" && !existsSync(path))) return null;
  const expected = readFileSync(join(folder, `${name}.expected.json`), "utf8");
  return { path, expected: JSON.parse(expected) as T };
}
