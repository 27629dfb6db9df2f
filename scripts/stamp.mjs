/**
 * Knowing that a step need not be repeated: a stamp holds the hash of everything the step read.
 * Stamps lie inside node_modules, so that removing it makes everything anew.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { root } from "./run.mjs";

const folder = join(root, "node_modules", ".cache", "heapglass");

/**
 * Hash over the names and contents of files and of folders with all that is in them.
 * @param {string[]} paths absolute, or relative to the repository; a missing one counts as empty
 */
export function hashOf(paths) {
  const hash = createHash("sha256");
  for (const path of paths) addPath(hash, path);
  return hash.digest("hex");
}

/** @param {import("node:crypto").Hash} hash @param {string} path */
function addPath(hash, path) {
  const full = resolve(root, path);
  if (!existsSync(full)) return;
  if (statSync(full).isDirectory()) {
    for (const name of readdirSync(full).sort()) addPath(hash, join(full, name));
  } else {
    hash.update(`${relative(root, full)}\0${statSync(full).size}\0`).update(readFileSync(full));
  }
}

/**
 * Whether step `name` last ran on this hash.
 * @param {string} name @param {string} hash
 */
export function isCurrent(name, hash) {
  const file = join(folder, name);
  return existsSync(file) && readFileSync(file, "utf8") === hash;
}

/** @param {string} name @param {string} hash */
export function setStamp(name, hash) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), hash);
}
