/**
 * Which columns a person shows or hides in which table; outlives the page.
 *
 * Only a checksum of the titles and positions of columns are stored: titles may hold words of a dump.
 */
import { signal } from "@preact/signals";
import { readSetting, writeSetting } from "../lib/theme";

const KEY = "heapglass.columns";
/** Tables remembered; the ones changed longest ago go first. */
const KEPT = 100;

/** By position of the column: shown (true), hidden (false); missing: as the width allows. */
export type ColumnChoice = Readonly<Record<number, boolean>>;

const NONE: ColumnChoice = {};
const choices = signal<Readonly<Record<string, ColumnChoice>> | null>(null);

/** A name for all tables that have these columns: FNV-1a of the titles. */
export function tableKey(columns: readonly { title: string }[]): string {
  let hash = 0x811c9dc5;
  for (const char of columns.map((column) => column.title).join("\n")) {
    hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  }
  return `t${hash.toString(36)}`;
}

/** What was chosen for a table. */
export function columnChoice(table: string): ColumnChoice {
  const all = choices.value ?? stored();
  return Object.hasOwn(all, table) ? (all[table] ?? NONE) : NONE;
}

/** Shows or hides one column from now on. */
export function chooseColumn(table: string, column: number, shown: boolean): void {
  keep(table, { ...columnChoice(table), [column]: shown });
}

/** Back to what the width allows. */
export function forgetColumns(table: string): void {
  keep(table, NONE);
}

function keep(table: string, choice: ColumnChoice): void {
  const { [table]: _, ...others } = choices.value ?? stored();
  const all = Object.entries(
    Object.keys(choice).length === 0 ? others : { ...others, [table]: choice },
  );
  choices.value = Object.fromEntries(all.slice(-KEPT));
  writeSetting(KEY, JSON.stringify(choices.value));
}

/** What is stored, without anything that is no choice. */
function stored(): Readonly<Record<string, ColumnChoice>> {
  const found: Record<string, ColumnChoice> = {};
  for (const [table, choice] of entriesOf(parsed())) {
    const valid = entriesOf(choice).filter(
      ([at, shown]) => /^\d{1,3}$/.test(at) && typeof shown === "boolean",
    );
    if (valid.length > 0) found[table] = Object.fromEntries(valid) as ColumnChoice;
  }
  return found;
}

function parsed(): unknown {
  try {
    return JSON.parse(readSetting(KEY) ?? "{}");
  } catch {
    return {};
  }
}

const entriesOf = (value: unknown): [string, unknown][] =>
  typeof value === "object" && value !== null ? Object.entries(value) : [];

/** Forgets what was read, so that the next question reads the storage again (tests). */
export function rereadColumns(): void {
  choices.value = null;
}
