/** Builds tools/wasm-bindgen-helper, the pinned stand-in for the wasm-bindgen command. */
import { join } from "node:path";
import process from "node:process";
import { command, root, run } from "./run.mjs";
import { targetFolder } from "./target-folder.mjs";

export const HELPER = "tools/wasm-bindgen-helper";

/** @returns {string} absolute path of the built helper */
export function ensureWasmBindgen() {
  // Beside the engine's own output, so that one folder holds all that cargo makes.
  const folder = join(targetFolder(), "wasm-bindgen-helper");
  const manifest = join(root, HELPER, "Cargo.toml");
  const args = ["build", "--release", "--locked"];
  run("cargo", [...args, "--manifest-path", manifest, "--target-dir", folder]);
  const suffix = process.platform === "win32" ? ".exe" : "";
  return join(folder, "release", `wasm-bindgen-helper${suffix}`);
}

await command(import.meta.url, () => console.log(ensureWasmBindgen()));
