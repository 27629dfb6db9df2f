/**
 * Builds the engine for the browser: cargo, then wasm-bindgen, then wasm-opt.
 * Leaves www/src/engine/generated/{heapglass.js, heapglass.d.ts, heapglass_bg.wasm, heapglass_bg.wasm.lzma} and the
 * dump that the page opens as an example, example.hprof.lzma.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { gunzipSync } from "node:zlib";
import { ensurePackages } from "./ensure-packages.mjs";
import { ensureWasmBindgen, HELPER } from "./ensure-wasm-bindgen.mjs";
import { ensureWasmTarget, TARGET } from "./ensure-wasm-target.mjs";
import { command, packageScript, root, run, step } from "./run.mjs";
import { hashOf, isCurrent, setStamp } from "./stamp.mjs";
import { targetFolder } from "./target-folder.mjs";

const GENERATED = join(root, "www/src/engine/generated");
const MODULE = join(GENERATED, "heapglass_bg.wasm");
/** The third level takes a seventh more room in the page than the second; wasm-opt works on what comes out. */
const OPT_LEVEL = "2";

/** What travels in the page. LZMA takes a third less than gzip, which is all that browsers bring along. */
const COMPRESSED = `${MODULE}.lzma`;
const EXAMPLE = join(root, "tests/fixtures/story-tomcat-upgrade.hprof.gz");
const COMPRESSED_EXAMPLE = join(GENERATED, "example.hprof.lzma");
/** Levels of LZMA: the module is small and worth the time. */
const [MODULE_LEVEL, EXAMPLE_LEVEL] = [9, 5];

/** What every browser of the last years has. All features at once give a file that none accepts. */
const WASM_OPT = [
  "-O3",
  "--enable-bulk-memory",
  "--enable-bulk-memory-opt",
  "--enable-sign-ext",
  "--enable-nontrapping-float-to-int",
  "--enable-mutable-globals",
  "--enable-reference-types",
  "--enable-multivalue",
  "--enable-simd",
];

export async function buildWasm() {
  await ensurePackages();
  const compiled = await step("wasm: cargo", compile);
  const helper = ["Cargo.toml", "Cargo.lock", "src"].map((name) => join(HELPER, name));
  const inputs = [compiled, EXAMPLE, ...helper, "package-lock.json", "scripts/build-wasm.mjs"];
  const hash = hashOf(inputs);
  if (isCurrent("wasm", hash) && existsSync(COMPRESSED)) return;
  const bindgen = await step("wasm: wasm-bindgen helper", ensureWasmBindgen);
  await step("wasm: wasm-bindgen and wasm-opt", () => bindAndOptimise(bindgen, compiled));
  await step("wasm: compress", async () => {
    const { compress } = await import("lzma1");
    writeFileSync(COMPRESSED_EXAMPLE, compress(gunzipSync(readFileSync(EXAMPLE)), EXAMPLE_LEVEL));
    writeFileSync(COMPRESSED, compress(readFileSync(MODULE), MODULE_LEVEL));
  });
  setStamp("wasm", hash);
}

/** @returns {Promise<string>} path of the module as cargo leaves it */
async function compile() {
  const { cargo, args, env } = await ensureWasmTarget();
  const build = ["build", "--lib", "--release"];
  run(cargo, [...build, ...args], {
    env: {
      ...env,
      CARGO_ENCODED_RUSTFLAGS: rustFlags(),
      CARGO_PROFILE_RELEASE_OPT_LEVEL: OPT_LEVEL,
    },
  });
  return join(targetFolder(), TARGET, "release", "heapglass.wasm");
}

/** Panic messages name source files: keep the folders of the building machine out of the page. */
function rustFlags() {
  const cargoHome = process.env["CARGO_HOME"] ?? join(homedir(), ".cargo");
  return [`--remap-path-prefix=${cargoHome}=cargo`, `--remap-path-prefix=${root}=.`].join("\x1f");
}

/** @param {string} bindgen @param {string} compiled */
function bindAndOptimise(bindgen, compiled) {
  rmSync(GENERATED, { recursive: true, force: true });
  mkdirSync(GENERATED, { recursive: true });
  run(bindgen, [compiled, GENERATED]);
  const optimised = `${MODULE}.optimised`;
  const wasmOpt = packageScript("binaryen/bin/wasm-opt");
  run(process.execPath, [wasmOpt, ...WASM_OPT, MODULE, "-o", optimised]);
  renameSync(optimised, MODULE);
}

await command(import.meta.url, buildWasm);
