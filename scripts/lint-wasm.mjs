/** Lints what is compiled for wasm only, which the linter of this machine's own target never sees. */
import { dirname, join } from "node:path";
import { ensureDebianPackages } from "./ensure-debian-packages.mjs";
import { ensureWasmTarget } from "./ensure-wasm-target.mjs";
import { command, run } from "./run.mjs";

export async function lintWasm() {
  const { cargo, args, env } = await ensureWasmTarget();
  // As released, so that the build that follows finds its macros compiled.
  const what = ["--lib", "--release", ...args, "--", "-D", "warnings"];
  if (cargo === "cargo") {
    run(cargo, ["clippy", ...what]);
  } else {
    await ensureDebianPackages(["rust-web-clippy"], "Only the linter for wasm needs it.");
    // By its path: cargo would take the one of rustup, which is of another version.
    run(join(dirname(cargo), "cargo-clippy"), ["clippy", ...what], {
      env: { ...env, CARGO: cargo },
    });
  }
}

await command(import.meta.url, lintWasm);
