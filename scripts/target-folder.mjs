/** Where cargo puts what it builds. */
import { resolve } from "node:path";
import process from "node:process";
import { root } from "./run.mjs";

/** @returns {string} absolute path */
export const targetFolder = () => resolve(root, process.env["CARGO_TARGET_DIR"] ?? "target");
