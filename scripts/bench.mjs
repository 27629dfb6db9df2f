/**
 * `npm run bench -- [OPTION...] DUMP...`: what loads cost, as Markdown tables.
 *
 *   --runs N     runs of each command, in turn with those of the peers (3); the median counts
 *   --peers DIR  folder with hprof-analyzer and hprof-slurp, to compare with in the same runs:
 *                cargo install hprof-analyzer --locked --version 0.3.2 --root DIR/..
 *                cargo install hprof-slurp --locked --root DIR/..
 *   --chromium   measure the built page, too (npm run build)
 *   --phases     seconds per phase, too
 *   --timeout N  seconds of processor time after which a peer has failed (300)
 *
 * Times are processor seconds (user and system), which a busy machine changes least, and wall seconds
 * in parentheses. Peak memory is the largest resident set. Needs GNU time (Debian: time).
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { loadInPage } from "./measure-page.mjs";
import { command, environment, Failure, root, run } from "./run.mjs";
import { targetFolder } from "./target-folder.mjs";

/** @typedef {{ cpu: number, wall: number, peak: number, errors: string }} Run seconds, bytes */

const GNU_TIME = "/usr/bin/time";

/**
 * Runs a program to its end, its output thrown away; null when it took too long.
 * @param {string[]} line @param {string} folder where it may leave files
 * @param {number} limit seconds of processor time @returns {Run | null}
 */
function once([program = "", ...args], folder, limit) {
  const report = join(folder, "time");
  const limited = ["sh", "-c", `ulimit -t ${limit}; exec "$0" "$@"`, program, ...args];
  const timed = ["-o", report, "-f", "%e %U %S %M", ...limited];
  const child = spawnSync(GNU_TIME, timed, {
    cwd: folder,
    env: environment(),
    encoding: "utf8",
    stdio: ["ignore", "ignore", "pipe"],
    maxBuffer: 1 << 28,
  });
  if (child.error) throw new Failure(`GNU time is needed: ${child.error.message}`);
  if (child.status !== 0) {
    if (readFileSync(report, "utf8").includes("terminated by signal")) return null;
    throw new Failure(`${program} failed:\n${child.stderr}`);
  }
  const last = readFileSync(report, "utf8").trim().split("\n").at(-1) ?? "";
  const [wall = 0, user = 0, system = 0, kilobytes = 0] = last.split(" ").map(Number);
  return { wall, cpu: user + system, peak: kilobytes * 1024, errors: child.stderr };
}

/** @param {number[]} values */
function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** @param {Run[]} runs @param {"cpu" | "wall" | "peak"} what */
const middle = (runs, what) => median(runs.map((one) => one[what]));

/** Ratio of each of our runs to the peer's run beside it. @param {Run[]} ours @param {Run[]} theirs */
const ratio = (ours, theirs) =>
  median(ours.map((run, i) => run.cpu / (theirs[i]?.cpu ?? Number.NaN)));

/** @param {string} errors what `heapglass --timings` prints @returns {Record<string, number>} */
function phasesOf(errors) {
  const lines = errors.matchAll(/^ *(\w+) +[\d.]+ s, ([\d.]+) s of processor time$/gm);
  return Object.fromEntries([...lines].map(([, phase, seconds]) => [phase, Number(seconds)]));
}

/** @param {string} errors */
function objectsOf(errors) {
  return Number(/objects +(\d+)/.exec(errors)?.[1] ?? Number.NaN);
}

/** @param {(string | number)[][]} rows the first one is the head */
function table(rows) {
  const [head = [], ...body] = rows;
  const line = (/** @type {(string | number)[]} */ cells) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...body.map(line)].join("\n");
}

/** @param {Run[]} runs */
const times = (runs) => `${middle(runs, "cpu").toFixed(2)} (${middle(runs, "wall").toFixed(2)})`;
/** @param {number} bytes */
const mebibytes = (bytes) => `${(bytes / 2 ** 20).toFixed(0)} MiB`;

/** @param {{ peers: string | undefined, runs: number, dump: string, folder: string, limit: number }} what */
function measureNative({ peers, runs, dump, folder, limit }) {
  const ours = [join(targetFolder(), "release/heapglass"), dump, "--timings"];
  const peer = (/** @type {string} */ name) =>
    peers !== undefined && existsSync(join(peers, name)) ? [join(peers, name), dump] : undefined;
  /** @type {Record<string, string[] | undefined>} */
  const lines = { heapglass: ours, analyzer: peer("hprof-analyzer"), slurp: peer("hprof-slurp") };
  /** @type {Record<string, Run[]>} */
  const measured = {};
  for (let i = 0; i < runs; i++) {
    for (const [name, line] of Object.entries(lines)) {
      // The histogram of a compressed dump is not hprof-slurp's to make.
      if (line === undefined || (name === "slurp" && dump.endsWith(".gz"))) continue;
      const list = measured[name] ?? [];
      measured[name] = list;
      const done = once(line, folder, limit);
      if (done !== null) list.push(done);
      else if (name === "heapglass") throw new Failure(`${dump} takes too long.`);
      else delete lines[name];
    }
  }
  return measured;
}

/** @param {string} dump @param {Record<string, Run[]>} measured */
function nativeRow(dump, measured) {
  const { heapglass = [], analyzer, slurp } = measured;
  const objects = objectsOf(heapglass[0]?.errors ?? "");
  const megabytes = statSync(dump).size / 1e6;
  const peak = middle(heapglass, "peak");
  return [
    basename(dump),
    megabytes.toFixed(0),
    objects.toLocaleString("en"),
    times(heapglass),
    (megabytes / middle(heapglass, "cpu")).toFixed(0),
    `${(peak / objects).toFixed(1)} (${mebibytes(peak)})`,
    ...(analyzer?.length
      ? [
          times(analyzer),
          mebibytes(middle(analyzer, "peak")),
          ratio(heapglass, analyzer).toFixed(2),
        ]
      : [analyzer === undefined ? "–" : "too long", "–", "–"]),
    slurp?.length ? times(slurp) : "–",
  ];
}

const NATIVE_HEAD = [
  "dump",
  "MB",
  "objects",
  "heapglass, s",
  "MB/s",
  "peak, bytes per object",
  "hprof-analyzer, s",
  "its peak",
  "ratio to it",
  "hprof-slurp, s",
];

/** @param {Record<string, number>[]} runs @returns {Record<string, number>} */
function medians(runs) {
  const names = Object.keys(runs[0] ?? {});
  return Object.fromEntries(names.map((name) => [name, median(runs.map((r) => r[name] ?? 0))]));
}

/** @param {string} title @param {Record<string, Record<string, number>>} phases by dump */
function phaseTable(title, phases) {
  const names = [...new Set(Object.values(phases).flatMap((one) => Object.keys(one)))];
  const rows = Object.entries(phases).map(([dump, seconds]) => [
    dump,
    ...names.map((name) => seconds[name]?.toFixed(2) ?? "–"),
  ]);
  return `${title}\n\n${table([["dump", ...names], ...rows])}\n`;
}

function options() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      runs: { type: "string", default: "3" },
      timeout: { type: "string", default: "300" },
      peers: { type: "string" },
      chromium: { type: "boolean", default: false },
      phases: { type: "boolean", default: false },
    },
  });
  if (positionals.length === 0) throw new Failure("Usage: npm run bench -- [OPTION...] DUMP...");
  const dumps = positionals.map((dump) => resolve(dump));
  return { ...values, runs: Number(values.runs), limit: Number(values.timeout), dumps };
}

/** @param {string[]} dumps @param {boolean} withPhases */
async function chromiumTables(dumps, withPhases) {
  const rows = [["dump", "Chromium, s", "MB/s", "wasm memory, bytes per object"]];
  /** @type {Record<string, Record<string, number>>} */
  const phases = {};
  for (const dump of dumps) {
    const load = await loadInPage(dump);
    phases[basename(dump)] = load.phases;
    rows.push([
      basename(dump),
      `${load.cpuSeconds.toFixed(2)} (${load.seconds.toFixed(2)})`,
      (statSync(dump).size / 1e6 / load.cpuSeconds).toFixed(0),
      `${load.bytesPerObject} (${load.memory})`,
    ]);
  }
  console.log(`\n${table(rows)}\n`);
  if (withPhases) console.log(phaseTable("Wall seconds per phase in Chromium", phases));
}

await command(import.meta.url, async () => {
  const { dumps, runs, limit, peers, chromium, phases: withPhases } = options();
  run("cargo", ["build", "--release", "--bin", "heapglass"]);
  const folder = mkdtempSync(join(tmpdir(), "heapglass-bench-"));
  try {
    /** @type {(string | number)[][]} */
    const rows = [NATIVE_HEAD];
    /** @type {Record<string, Record<string, number>>} */
    const phases = {};
    for (const dump of dumps) {
      const from = peers === undefined ? undefined : resolve(root, peers);
      const measured = measureNative({ peers: from, runs, dump, folder, limit });
      rows.push(nativeRow(dump, measured));
      phases[basename(dump)] = medians(
        (measured["heapglass"] ?? []).map((r) => phasesOf(r.errors)),
      );
    }
    console.log(`\n${table(rows)}\n`);
    if (withPhases) console.log(phaseTable("Processor seconds per phase, native", phases));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  if (chromium) await chromiumTables(dumps, withPhases);
});
