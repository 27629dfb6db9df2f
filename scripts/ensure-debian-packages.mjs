/** Installs packages of Debian or Ubuntu, when they are missing. */
import process from "node:process";
import { capture, Failure, run, step } from "./run.mjs";

/**
 * @param {string[]} packages
 * @param {string} otherwise what a person on another system, or without rights, can do instead
 */
export async function ensureDebianPackages(packages, otherwise) {
  const missing = packages.filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  const wanted = missing.join(" ");
  if (capture("apt-get", ["--version"]) === null) {
    throw new Failure(`This system has no apt-get to install ${wanted} with. ${otherwise}`);
  }
  const asRoot = process.getuid?.() === 0;
  if (!asRoot && capture("sudo", ["-n", "true"]) === null && !process.stdin.isTTY) {
    throw new Failure(`Missing: ${wanted}. Run: sudo apt-get install ${wanted}\n${otherwise}`);
  }
  try {
    await step(`Debian packages ${wanted}`, () => install(missing, asRoot));
  } catch (error) {
    throw new Failure(
      `Could not install ${wanted} (${error instanceof Error ? error.message : error}).\n${otherwise}`,
    );
  }
}

/** @param {string} name */
function isInstalled(name) {
  return capture("dpkg-query", ["--status", name])?.includes("\nStatus: install ok installed\n");
}

/** @param {string[]} packages @param {boolean} asRoot */
function install(packages, asRoot) {
  // Another installation may hold the lock for a while; one that was cut short is repaired first.
  const options = ["-y", "-q", "-o", "DPkg::Lock::Timeout=300"];
  /** @param {string[]} args */
  const aptGet = (args) => {
    const line = ["DEBIAN_FRONTEND=noninteractive", "apt-get", ...options, ...args];
    if (asRoot) run("env", line);
    else run("sudo", ["env", ...line]);
  };
  aptGet(["update"]);
  aptGet(["--fix-broken", "install"]);
  aptGet(["install", "--no-install-recommends", ...packages]);
}
