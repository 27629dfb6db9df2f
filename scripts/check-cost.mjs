/**
 * `npm run cost`: what a load costs the engine of the page, as counts that are the same on every
 * machine, however busy: instructions and bytes of wasm memory per object. Fails when one of them
 * grew by more than a tenth over `benches/cost.json`; `UPDATE_COST=1` records what was counted.
 *
 * The engine runs in this process, from the file that the page carries, with a counter added.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { buildWasm } from "./build-wasm.mjs";
import { COUNTER, countInstructions } from "./count-instructions.mjs";
import { DumpFile, startEngine } from "./engine-in-node.mjs";
import { command, Failure, root, run } from "./run.mjs";

/** @typedef {{ instructions: number, bytes: number, phases: Record<string, number> }} Cost per object */

const RECORD = join(root, "benches/cost.json");
const OBJECTS = "1M";
/** Growth that is refused. */
const TOLERANCE = 0.1;
/** Orders of objects in the dump: they take different ways through the engine. */
const ORDERS = ["address", "traversal"];

/** @param {string} dump @returns {Promise<Cost>} */
async function costOf(dump) {
  const { Session, exports } = await startEngine(dump, countInstructions);
  const file = new DumpFile(dump);
  const session = new Session(file, 1, "calibrated");
  /** @type {Map<string, number>} */
  const phases = new Map();
  for (let before = 0, done = false; !done; ) {
    const step = session.step();
    done = step.done;
    const now = Number(exports[COUNTER].value);
    const { phase } = step.progress;
    phases.set(phase, (phases.get(phase) ?? 0) + now - before);
    before = now;
  }
  const { objects } = session.facts();
  file.close();
  /** @param {number} count */
  const perObject = (count) => Math.round(count / objects);
  return {
    instructions: perObject(Number(exports[COUNTER].value)),
    bytes: Math.round((exports.memory.buffer.byteLength / objects) * 10) / 10,
    phases: Object.fromEntries([...phases].map(([phase, count]) => [phase, perObject(count)])),
  };
}

/** @param {string} order @param {string} folder @returns {Promise<Cost>} */
async function measure(order, folder) {
  const dump = join(folder, `${order}.hprof`);
  // With all features, so that cargo has built nearly everything for the tests already.
  const cargo = ["run", "--quiet", "--all-features", "--bin", "heapglass-generate", "--"];
  run("cargo", [...cargo, dump, "--objects", OBJECTS, "--order", order]);
  return costOf(dump);
}

/** @param {string} order @param {Cost} cost @param {Cost | undefined} recorded @returns {string[]} */
function complaints(order, cost, recorded) {
  if (recorded === undefined) return [`${order}: nothing is recorded`];
  const grown = [];
  for (const what of /** @type {const} */ (["instructions", "bytes"])) {
    const growth = cost[what] / recorded[what] - 1;
    const change = `${growth < 0 ? "" : "+"}${(growth * 100).toFixed(1)} %`;
    const line = `${order} order: ${cost[what]} ${what} per object, ${change} of ${recorded[what]}`;
    console.log(line);
    if (growth > TOLERANCE) grown.push(line);
    if (growth < -TOLERANCE) console.log("  Well below: record it with UPDATE_COST=1.");
  }
  const phases = Object.entries(cost.phases).map(([phase, count]) => `${phase} ${count}`);
  console.log(`  instructions by phase: ${phases.join(", ")}`);
  return grown;
}

export async function checkCost() {
  await buildWasm();
  const folder = mkdtempSync(join(tmpdir(), "heapglass-cost-"));
  /** @type {Record<string, Cost>} */
  const costs = {};
  try {
    for (const order of ORDERS) costs[order] = await measure(order, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  if (process.env["UPDATE_COST"]) {
    writeFileSync(RECORD, `${JSON.stringify(costs, null, 2)}\n`);
  }
  /** @type {Record<string, Cost>} */
  const recorded = JSON.parse(readFileSync(RECORD, "utf8"));
  const grown = ORDERS.flatMap((order) => {
    const cost = costs[order];
    return cost === undefined ? [] : complaints(order, cost, recorded[order]);
  });
  if (grown.length > 0) {
    throw new Failure(
      `A load costs more than a tenth more than recorded:\n  ${grown.join("\n  ")}\n` +
        "If that is meant, say why in the commit that records it: UPDATE_COST=1 npm run cost",
    );
  }
}

await command(import.meta.url, checkCost);
