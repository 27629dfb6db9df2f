import type { ComponentChildren } from "preact";
import type { Window } from "../engine/protocol";
import { visibleText } from "../lib/format";

/** A column of a table: how it is headed, how wide it may be, how a cell looks and reads. */
export interface Column<R, K extends string = string, W extends Window<R> = Window<R>> {
  key: K;
  title: string;
  /** One sentence that defines what the column shows; the header's tooltip. */
  hint: string;
  /** Figures are set right-aligned in tabular digits; their first sort is descending. */
  numeric?: boolean;
  sortable?: boolean;
  /** Shows a filter field under the header; the text is the field's placeholder. */
  filter?: string;
  /** Least width in pixels. */
  width: number;
  /** Share of the spare width; 0 keeps the least width. */
  grow?: number;
  /** Width of the table below which the column is left out. */
  hideBelow?: number;
  /** What the cell shows. `window` carries the sums and largest values of the matching rows. */
  cell(row: R, window: W): ComponentChildren;
  /** What the cell says when copied. */
  text(row: R): string;
}

/** Pixels at the right end of every row that are left to the menu of the table. */
const MENU_ROOM = 24;

/**
 * The columns that a table of this width shows; all of them while the width is not known (0). Where what is wide
 * enough still does not fit side by side, those that a narrow table drops first go first.
 */
export function fittingColumns<C extends { width: number; hideBelow?: number }>(
  columns: readonly C[],
  width: number,
): C[] {
  if (width === 0) return [...columns];
  const kept = columns.filter(({ hideBelow = 0 }) => width >= hideBelow);
  while (leastWidth(kept) > width) {
    const first = Math.max(...kept.map(({ hideBelow = 0 }) => hideBelow));
    if (first === 0) break;
    kept.splice(
      kept.findLastIndex(({ hideBelow }) => hideBelow === first),
      1,
    );
  }
  return kept;
}

/** Pixels that columns take at least, side by side. */
export function leastWidth(columns: readonly { width: number }[]): number {
  return columns.reduce((sum, column) => sum + column.width, MENU_ROOM);
}

/** The CSS grid template of a row. */
export function gridTemplate(columns: readonly { width: number; grow?: number }[]): string {
  return columns
    .map(({ width, grow = 0 }) => (grow > 0 ? `minmax(${width}px, ${grow}fr)` : `${width}px`))
    .join(" ");
}

/** Rows that "copy as TSV" takes at most; the message after copying says so. */
export const COPIED_ROWS = 10_000;

/**
 * Text of one field of a tab-separated line. Tabs, line breaks and all else that is invisible become symbols or
 * escapes, as on the page, so that no name can begin a field or a line. Text that a spreadsheet would run as a
 * formula is prefixed with an apostrophe, because it comes from a dump that nobody vouches for.
 */
export function tsvField(text: string): string {
  const flat = visibleText(text, Number.MAX_SAFE_INTEGER);
  const formula = FORMULA.test(flat) && !/^[+-]?[\d.,]+$/.test(flat);
  return formula ? `'${flat}` : flat;
}

/** Spreadsheets skip blanks before a formula, and some take the full-width signs, too. */
const FORMULA = /^\s*[=+\-@＝＋－＠]/;

/** One row as a tab-separated line. */
export function tsvLine<R>(columns: readonly { text(row: R): string }[], row: R): string {
  return columns.map((column) => tsvField(column.text(row))).join("\t");
}

/** Rows with a header line as tab-separated text. */
export function tsvTable<R>(
  columns: readonly { title: string; text(row: R): string }[],
  rows: readonly R[],
): string {
  const header = columns.map((column) => tsvField(column.title)).join("\t");
  return [header, ...rows.map((row) => tsvLine(columns, row))].join("\n");
}

/** Text of one cell of a Markdown table: signs that Markdown or HTML would read as markup are escaped. */
export function markdownField(text: string): string {
  return visibleText(text, Number.MAX_SAFE_INTEGER).replace(/[\\`*_{}[\]<>()#+!|~&$]/g, "\\$&");
}

/** Rows with a header line as a Markdown table; figures are aligned to the right. */
export function markdownTable<R>(
  columns: readonly { title: string; numeric?: boolean; text(row: R): string }[],
  rows: readonly R[],
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [
    line(columns.map((column) => markdownField(column.title))),
    line(columns.map((column) => (column.numeric === true ? "---:" : "---"))),
    ...rows.map((row) => line(columns.map((column) => markdownField(column.text(row))))),
  ].join("\n");
}

/** One field of a comma-separated line: quoted where it must be, defused like `tsvField`. */
export function csvField(text: string): string {
  const safe = tsvField(text);
  return /[",]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}

/** One row as a comma-separated line. */
export function csvLine<R>(columns: readonly { text(row: R): string }[], row: R): string {
  return columns.map((column) => csvField(column.text(row))).join(",");
}
