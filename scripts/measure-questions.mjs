/**
 * `node scripts/measure-questions.mjs DUMP...`: what every question of the catalogue that can be asked without telling it more costs the
 * engine of the page, as a Markdown table: seconds of processor time from question to first rows, and the longest
 * step, for which progress and cancel wait. Build the page first (npm run build, or npm run wasm).
 */
import { basename, resolve } from "node:path";
import process from "node:process";
import { DumpFile, startEngine } from "./engine-in-node.mjs";
import { command, Failure } from "./run.mjs";

const ROWS = 100;
/** What questions that search for a text are told to search. */
const TEXT = "/a.*b/";

/** @param {() => unknown} work @returns {number} milliseconds of processor time */
function cost(work) {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

/**
 * Calls `step` until it is done.
 * @param {() => { done: boolean }} step
 * @returns {{ all: number, longest: number }} milliseconds
 */
function costOfSteps(step) {
  let [all, longest] = [0, 0];
  for (let done = false; !done; ) {
    const ms = cost(() => {
      done = step().done;
    });
    all += ms;
    longest = Math.max(longest, ms);
  }
  return { all, longest };
}

/** @typedef {{ name: string, of: string, parameters: { name: string, kind: unknown, default: string }[] }} Question */

/** The request as it stands, with a text to look for; null for a question that must be told more. @param {Question} question */
function requestOf({ name, of, parameters }) {
  const unsaid = parameters.filter(
    ({ kind, default: usual }) => kind === "pattern" && usual === "",
  );
  if (of === "givenSet" || unsaid.some((parameter) => parameter.name !== "text")) return null;
  const told = unsaid.map((parameter) => `${parameter.name}=${encodeURIComponent(TEXT)}`);
  return told.length === 0 ? name : `${name}?${told.join("&")}`;
}

/** @param {string} dump @returns {Promise<string[][]>} what was asked, seconds in all, milliseconds of the longest step */
async function questionsOf(dump) {
  const { Session } = await startEngine(dump);
  const file = new DumpFile(dump);
  const session = new Session(file, 1, "calibrated");
  while (!session.step().done);
  /** @type {string[][]} */
  const rows = [];
  /** @param {string} what @param {() => { done: boolean }} step */
  const measure = (what, step) => {
    const { all, longest } = costOfSteps(step);
    rows.push([what, (all / 1000).toFixed(2), longest.toFixed(0)]);
  };
  for (const topic of ["threads", "loaders"]) measure(topic, () => session.survey(topic));
  for (const question of /** @type {Question[]} */ (session.questions())) {
    const request = requestOf(question);
    if (request === null) continue;
    let facts = { sort: { column: 0, descending: false } };
    measure(request, () => {
      const step = session.runQuery(request);
      facts = step.facts ?? facts;
      return step;
    });
    const window = { request, parent: null, sort: facts.sort, filters: [], start: 0, count: ROWS };
    const first = costOfSteps(() => session.queryWindow(window)).all;
    const row = rows.at(-1);
    if (row !== undefined) row.push(first.toFixed(0));
  }
  file.close();
  const title = `${basename(dump)}: question`;
  return [
    [title, "s", "longest step, ms", "first rows, ms"],
    ["---", "---", "---", "---"],
    ...rows,
  ];
}

await command(import.meta.url, async () => {
  const dumps = process.argv.slice(2);
  if (dumps.length === 0) throw new Failure("Usage: node scripts/measure-questions.mjs DUMP...");
  for (const dump of dumps) {
    for (const row of await questionsOf(resolve(dump))) console.log(`| ${row.join(" | ")} |`);
    console.log("");
  }
});
