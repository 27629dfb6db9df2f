/**
 * Running other programs, and telling a person about it.
 *
 * Every script here is both a module and a command: it exports what it does, and does it when
 * node was started with it. Only node's own modules are used, for the scripts have to run before
 * any package is installed.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** Absolute path of the repository. */
export const root = fileURLToPath(new URL("..", import.meta.url)).replace(/[/\\]$/, "");

/** Something a person can act on; printed without a stack trace. */
export class Failure extends Error {}

/** The environment of child processes; finds the Rust that rustup installed in the home folder. */
export function environment(extra = {}) {
  const cargoBin = join(process.env["CARGO_HOME"] ?? join(homedir(), ".cargo"), "bin");
  const path = process.env["PATH"] ?? "";
  const known = path.split(delimiter).includes(cargoBin) || !existsSync(cargoBin);
  return { ...process.env, PATH: known ? path : `${path}${delimiter}${cargoBin}`, ...extra };
}

/**
 * Runs a program in the repository with its output on this terminal.
 * @param {string} program
 * @param {string[]} args
 * @param {{ env?: Record<string, string>, cwd?: string, timeout?: number }} [options]
 *   `timeout` in milliseconds, after which the program is stopped and counts as failed.
 */
export function run(program, args, { env = {}, cwd = root, timeout } = {}) {
  const child = spawnSync(program, args, {
    cwd,
    env: environment(env),
    stdio: ["ignore", "inherit", "inherit"],
    ...(timeout === undefined ? {} : { timeout }),
  });
  if (child.error) throw new Failure(`Could not run ${program}: ${child.error.message}`);
  if (child.status !== 0) {
    throw new Failure(`Failed (${child.status ?? child.signal}): ${[program, ...args].join(" ")}`);
  }
}

/**
 * What a program prints, trimmed; null when it is missing or fails.
 * @param {string} program
 * @param {string[]} args
 */
export function capture(program, args) {
  const child = spawnSync(program, args, { cwd: root, env: environment(), encoding: "utf8" });
  return child.status === 0 ? child.stdout.trim() : null;
}

/**
 * Runs a program, passing its output on while keeping it.
 * @param {string} program
 * @param {string[]} args
 * @param {Record<string, string>} [env]
 * @returns {Promise<{ ok: boolean, output: string }>}
 */
export function record(program, args, env = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: root,
      env: environment({ NO_COLOR: "1", ...env }),
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    /** @param {NodeJS.WriteStream} to */
    const keep = (to) => (/** @type {Buffer} */ data) => {
      output += data;
      to.write(data);
    };
    child.stdout.on("data", keep(process.stdout));
    child.stderr.on("data", keep(process.stderr));
    child.on("error", (error) => {
      console.error(`Could not run ${program}: ${error.message}`);
      resolve({ ok: false, output });
    });
    child.on("close", (status) => resolve({ ok: status === 0, output }));
  });
}

/**
 * Runs the script of an npm package with this node, so that no shell wrapper is needed.
 * @param {string} script path below node_modules
 */
export const packageScript = (script) => join(root, "node_modules", script);

/**
 * Does `work`, and says what it does and how long it took.
 * @template T
 * @param {string} title
 * @param {() => T | Promise<T>} work
 */
export async function step(title, work) {
  console.log(`${title} ...`);
  const started = performance.now();
  const result = await work();
  console.log(`${title}: ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return result;
}

/**
 * Runs `main` when node was started with the module of this URL.
 * @param {string} url the module's import.meta.url
 * @param {() => unknown} main
 */
export async function command(url, main) {
  const started = process.argv[1];
  if (started === undefined || !existsSync(started)) return;
  if (realpathSync(started) !== realpathSync(fileURLToPath(url))) return;
  try {
    await main();
  } catch (error) {
    console.error(error instanceof Failure ? `\n${error.message}` : error);
    process.exitCode = 1;
  }
}
