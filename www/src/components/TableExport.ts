/** Saves all rows of a table as a file, read in windows; one export at a time, with progress and a way out. */
import { effect, signal } from "@preact/signals";
import type { Window } from "../engine/protocol";
import { INVISIBLE, plural } from "../lib/format";
import { saveFile } from "../lib/save";
import { whileThisDump } from "../state/session";
import { csvField, csvLine } from "./DataTableColumns";
import type { CopiedColumn, TableCopyOptions } from "./DataTableCopy";
import { toast } from "./Toast";

export type ExportFormat = "csv" | "json";

/** An export under way. */
export interface Export {
  label: string;
  done: number;
  total: number;
  cancel(): void;
}

export const exporting = signal<Export | null>(null);

/** Rows asked for at a time: the engine stays free for other questions in between. */
const STEP = 5_000;

const TYPES: Record<ExportFormat, string> = { csv: "text/csv", json: "application/json" };

/** Saves the matching rows; what has been read so far waits as blobs, which the browser keeps outside the page's heap. */
export async function exportTable<R, K extends string, W extends Window<R>>(
  options: TableCopyOptions<R, K, W> & { name: string; format: ExportFormat },
): Promise<void> {
  const { noun, name, format } = options;
  if (exporting.value !== null) return toast("Another export is under way");
  let live = true;
  const cancel = () => {
    live = false;
    exporting.value = null;
  };
  // Rows of another dump are not what was asked for.
  const isSame = whileThisDump();
  const stop = effect(() => {
    if (!isSame()) cancel();
  });
  exporting.value = { label: name, done: 0, total: 0, cancel };
  const parts = await readAll(options, (done, total) => {
    if (live) exporting.value = { label: name, done, total, cancel };
    return live;
  });
  stop();
  if (!live) return toast("The export was cancelled");
  exporting.value = null;
  if (parts === null) return toast("The rows could not be read: nothing was saved");
  saveFile(new Blob(parts.blobs, { type: TYPES[format] }), `${name}.${format}`);
  toast(`${plural(parts.count, ...noun)} exported`);
}

/** All rows as text in pieces; null when they could not be read. Stops where `onStep` answers false. */
async function readAll<R, K extends string, W extends Window<R>>(
  options: TableCopyOptions<R, K, W> & { format: ExportFormat },
  onStep: (done: number, total: number) => boolean,
): Promise<{ blobs: Blob[]; count: number } | null> {
  const writer =
    options.format === "csv" ? csvWriter(options.columns) : jsonWriter(options.columns);
  const blobs = [new Blob([writer.head])];
  let count = 0;
  let matching = 1;
  while (count < matching) {
    const answer = await options.fetch(options.query, count, STEP).catch(() => null);
    if (answer === null || !answer.ok) return null;
    const { rows } = answer.value;
    matching = answer.value.matching;
    // An answer without rows before the end would go on for ever.
    if (rows.length === 0 && count < matching) return null;
    blobs.push(new Blob([rows.map((row, i) => writer.row(row, count + i)).join("")]));
    count += rows.length;
    if (!onStep(count, matching)) break;
  }
  blobs.push(new Blob([writer.foot]));
  return { blobs, count };
}

interface Writer<R> {
  head: string;
  row(row: R, at: number): string;
  foot: string;
}

function csvWriter<R>(columns: readonly CopiedColumn<R>[]): Writer<R> {
  return {
    head: `${columns.map((column) => csvField(column.title)).join(",")}\r\n`,
    row: (row) => `${csvLine(columns, row)}\r\n`,
    foot: "",
  };
}

/** An array of objects by column title; figures are numbers, what is not known is null. */
function jsonWriter<R>(columns: readonly CopiedColumn<R>[]): Writer<R> {
  const names = uniqueNames(columns.map((column) => column.title));
  const line = (row: R) =>
    columns
      .map((column, i) => `${jsonText(names[i] ?? "")}:${jsonValue(column, column.text(row))}`)
      .join(",");
  return {
    head: "[",
    row: (row, at) => `${at === 0 ? "" : ","}\n{${line(row)}}`,
    foot: "\n]\n",
  };
}

/** Titles, told apart by a number where two columns share one. */
export function uniqueNames(titles: readonly string[]): string[] {
  const used = new Set<string>();
  return titles.map((title) => {
    let name = title;
    for (let n = 2; used.has(name); n++) name = `${title} ${n}`;
    used.add(name);
    return name;
  });
}

/** A field as JSON: a number only where the number says exactly what the text does. */
export function jsonValue(column: { numeric?: boolean }, text: string): string {
  if (column.numeric !== true) return jsonText(text);
  if (text === "") return "null";
  return /^-?(0|[1-9]\d*)$/.test(text) && Number.isSafeInteger(Number(text))
    ? text
    : jsonText(text);
}

/** A JSON string in which nothing is invisible: programs read the same text, and a person sees what is there. */
function jsonText(text: string): string {
  return JSON.stringify(text).replace(ALL_INVISIBLE, (sign) =>
    // JSON knows units of UTF-16 only.
    Array.from(
      { length: sign.length },
      (_, i) => `\\u${sign.charCodeAt(i).toString(16).padStart(4, "0")}`,
    ).join(""),
  );
}

const ALL_INVISIBLE = new RegExp(`${INVISIBLE.source}|[\u00a0\u202f]`, "gu");
