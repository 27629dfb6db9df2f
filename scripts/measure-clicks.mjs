/**
 * `node scripts/measure-clicks.mjs DUMP...`: what clicks cost the engine of the page, as a Markdown
 * table: milliseconds of processor time, the median of several, after a load in this process. Build
 * the page first (npm run build, or npm run wasm).
 */
import { basename, resolve } from "node:path";
import process from "node:process";
import { DumpFile, startEngine } from "./engine-in-node.mjs";
import { command, Failure } from "./run.mjs";

const RUNS = 7;
/** Rows of a window of the page. */
const ROWS = 100;
/** Levels and rows that are looked through for the dominator with the most children. */
const [LEVELS, WIDTH] = [6, 20];

/** @typedef {{ object: number, retained: number }} Row @typedef {{ total: number, rows: Row[] }} Rows */

/** Milliseconds of processor time: the median of several runs. @param {() => unknown} click */
function cost(click) {
  const times = Array.from({ length: RUNS }, () => {
    const start = process.cpuUsage();
    click();
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  });
  return times.sort((a, b) => a - b)[RUNS >> 1] ?? Number.NaN;
}

/** The object with the most children among the heaviest. @param {any} session */
function widest(session) {
  /** @type {{ object: number | undefined, children: number }} */
  let best = { object: undefined, children: 0 };
  /** @type {(number | undefined)[]} */
  let level = [undefined];
  for (let depth = 0; depth < LEVELS; depth++) {
    /** @type {number[]} */
    const next = [];
    for (const object of level) {
      const { total, rows } = /** @type {Rows} */ (session.dominated(object, 0, WIDTH));
      if (object !== undefined && total > best.children) best = { object, children: total };
      next.push(...rows.map((row) => row.object));
    }
    level = next.slice(0, WIDTH * WIDTH);
  }
  if (best.object === undefined) throw new Failure("Nothing dominates anything.");
  return { object: best.object, children: best.children };
}

/** The deepest object that is reached by the first children. @param {any} session @param {number} from */
function deepest(session, from) {
  let object = from;
  for (let depth = 0; depth < 1000; depth++) {
    const { rows } = /** @type {Rows} */ (session.dominated(object, 0, 1));
    if (rows[0] === undefined) break;
    object = rows[0].object;
  }
  return object;
}

/** The first of an object's references, and how many there are. @param {any} session @param {number} object */
function references(session, object) {
  return /** @type {{ total: number, rows: { row: Row }[] }} */ (session.outbound(object, 0, 1));
}

/** @param {string} dump @returns {Promise<string[][]>} what was clicked, and milliseconds */
async function clicksOf(dump) {
  const { Session } = await startEngine(dump);
  const file = new DumpFile(dump);
  const session = new Session(file, 1, "calibrated");
  while (!session.step().done);
  const { object, children } = widest(session);
  const leaf = deepest(session, object);
  const last = Math.max(0, children - ROWS);
  const { rows: lastRows } = /** @type {Rows} */ (session.dominated(object, last, ROWS));
  const lastChild = lastRows.at(-1)?.object ?? leaf;
  const lastReferences = Math.max(0, references(session, object).total - ROWS);
  // The first reference of an object leads to its class.
  const classObject = references(session, leaf).rows[0]?.row.object ?? leaf;
  /** @param {string} key */
  const histogram = (key) => () =>
    session.histogram({ sort: { key, descending: true }, filter: {}, start: 0, count: ROWS });
  /** @type {[string, () => unknown][]} */
  const clicks = [
    ["first level of the dominator tree", () => session.dominated(undefined, 0, ROWS)],
    ["expand the widest dominator", () => session.dominated(object, 0, ROWS)],
    ["scroll to its last children", () => session.dominated(object, last, ROWS)],
    ["open that object", () => session.object(object)],
    ["open a leaf", () => session.object(leaf)],
    ["path to a GC root", () => session.pathToRoot(leaf)],
    ["path to a GC root from the last child", () => session.pathToRoot(lastChild)],
    ["outbound references", () => session.outbound(object, 0, ROWS)],
    ["scroll to the last of them", () => session.outbound(object, lastReferences, ROWS)],
    ["inbound references of a leaf", () => session.inbound(leaf, 0, ROWS)],
    ["inbound references of the last child", () => session.inbound(lastChild, 0, ROWS)],
    ["inbound references of a class", () => session.inbound(classObject, 0, ROWS)],
    ["sort the histogram by retained size", histogram("retained")],
    ["sort the histogram by name", histogram("name")],
    ["largest part of the tree as an icicle", () => session.icicle(undefined, 8, 0.001)],
  ];
  const rows = clicks.map(([what, click]) => [what, cost(click).toFixed(1)]);
  file.close();
  const title = `${basename(dump)}: widest dominator with ${children.toLocaleString("en")} children`;
  return [[title, "ms"], ["---", "---"], ...rows];
}

await command(import.meta.url, async () => {
  const dumps = process.argv.slice(2);
  if (dumps.length === 0) throw new Failure("Usage: node scripts/measure-clicks.mjs DUMP...");
  for (const dump of dumps) {
    for (const row of await clicksOf(resolve(dump))) console.log(`| ${row.join(" | ")} |`);
    console.log("");
  }
});
