/**
 * Makes sure that Rust can compile for wasm32-unknown-unknown, and says how.
 *
 * In this order: the target is there; its parts from Debian are there; rustup downloads it;
 * Debian's packages are installed. Debian carries the sources of Rust's standard library but no
 * compiled one for wasm32, so there cargo builds it too (about a minute, once).
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ensureDebianPackages } from "./ensure-debian-packages.mjs";
import { capture, command, Failure, run, step } from "./run.mjs";

export const TARGET = "wasm32-unknown-unknown";

const DEBIAN_BIN = "/usr/bin";
const DEBIAN_PACKAGES = ["rustc-web", "cargo-web", "rust-web-src", "lld-22"];
const DEBIAN_LINKERS = ["wasm-ld-22", "wasm-ld"].map((name) => join(DEBIAN_BIN, name));
/** A download that stalls must not keep a person from the other way. */
const DOWNLOAD_TIMEOUT_MS = 180_000;
const OTHERWISE = `Install the target in another way: https://rustup.rs, then rustup target add ${TARGET}`;

/** @typedef {{ cargo: string, args: string[], env: Record<string, string> }} WasmCargo how to run cargo for wasm32 */

/** @returns {Promise<WasmCargo>} */
export async function ensureWasmTarget() {
  if (capture("cargo", ["--version"]) === null) {
    throw new Failure("Rust is needed: install it from https://rustup.rs and start again.");
  }
  if (hasTarget()) return withTarget();
  if (hasDebian()) return withDebian();
  if (await addTarget()) return withTarget();
  await ensureDebianPackages(DEBIAN_PACKAGES, OTHERWISE);
  if (hasDebian()) return withDebian();
  throw new Failure(`Debian's packages do not hold what is needed to build for wasm. ${OTHERWISE}`);
}

function hasTarget() {
  const libraries = capture("rustc", ["--print", "target-libdir", "--target", TARGET]);
  return libraries !== null && existsSync(libraries);
}

/** @returns {WasmCargo} */
function withTarget() {
  return { cargo: "cargo", args: ["--target", TARGET], env: {} };
}

async function addTarget() {
  if (capture("rustup", ["--version"]) === null) return false;
  try {
    const add = () => run("rustup", ["target", "add", TARGET], { timeout: DOWNLOAD_TIMEOUT_MS });
    await step(`rustup target ${TARGET}`, add);
  } catch {
    console.log("rustup could not download the target; trying Debian's packages.");
  }
  return hasTarget();
}

function hasDebian() {
  const tools = ["rustc", "cargo"].every((name) => existsSync(join(DEBIAN_BIN, name)));
  if (!tools || debianLinker() === undefined) return false;
  const sysroot = capture(join(DEBIAN_BIN, "rustc"), ["--print", "sysroot"]);
  return sysroot !== null && existsSync(join(sysroot, "lib/rustlib/src/rust/library/Cargo.toml"));
}

function debianLinker() {
  return DEBIAN_LINKERS.find((path) => existsSync(path)) ?? rustupLinker();
}

/** The linker that rustup's toolchain brings along. */
function rustupLinker() {
  const libraries = capture("rustc", ["--print", "target-libdir"]);
  if (libraries === null) return undefined;
  const path = join(libraries, "..", "bin", "rust-lld");
  return existsSync(path) ? path : undefined;
}

/** @returns {WasmCargo} */
function withDebian() {
  return {
    cargo: join(DEBIAN_BIN, "cargo"),
    args: ["-Zbuild-std=std,panic_abort", "--target", TARGET],
    env: {
      // Building the standard library is still an unstable option of cargo.
      RUSTC_BOOTSTRAP: "1",
      RUSTC: join(DEBIAN_BIN, "rustc"),
      CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER: debianLinker() ?? "",
    },
  };
}

await command(import.meta.url, async () => console.log(await ensureWasmTarget()));
