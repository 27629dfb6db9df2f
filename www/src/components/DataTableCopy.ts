import type { Window } from "../engine/protocol";
import { formatCount } from "../lib/format";
import { saveFile } from "../lib/save";
import { copyAndTell } from "./Copy";
import {
  COPIED_ROWS,
  type Column,
  csvField,
  csvLine,
  EXPORTED_ROWS,
  tsvLine,
  tsvTable,
} from "./DataTableColumns";
import type { FetchRows, TableQuery } from "./DataTableRows";
import { toast } from "./Toast";

export interface TableCopyOptions<R, K extends string, W extends Window<R>> {
  columns: readonly Column<R, K, W>[];
  fetch: FetchRows<R, K, W>;
  query: TableQuery<K>;
  noun: readonly [string, string];
}

/** Copies one row as a tab-separated line. */
export function copyRow<R>(columns: readonly { text(row: R): string }[], row: R): void {
  void copyAndTell(tsvLine(columns, row), "Row copied");
}

/** Copies the matching rows with a header as tab-separated text; says how many when it could not take all. */
export async function copyTable<R, K extends string, W extends Window<R>>(
  options: TableCopyOptions<R, K, W>,
): Promise<void> {
  const { columns, query, noun } = options;
  const answer = await options.fetch(query, 0, COPIED_ROWS).catch(() => null);
  if (answer === null || !answer.ok) return toast("The rows could not be read");
  const { rows, matching } = answer.value;
  const name = rows.length === 1 ? noun[0] : noun[1];
  const part = rows.length < matching ? `, the first of ${formatCount(matching)}` : "";
  await copyAndTell(tsvTable(columns, rows), `${formatCount(rows.length)} ${name} copied${part}`);
}

/** Rows asked for at a time while exporting: the engine stays free for other questions in between. */
const EXPORT_STEP = 5_000;

/** Saves the matching rows as a comma-separated file. */
export async function exportTable<R, K extends string, W extends Window<R>>(
  options: TableCopyOptions<R, K, W> & { name: string },
): Promise<void> {
  const { columns, query, noun, name } = options;
  const lines = [columns.map((column) => csvField(column.title)).join(",")];
  let matching = 1;
  for (let start = 0; start < Math.min(matching, EXPORTED_ROWS); start += EXPORT_STEP) {
    const answer = await options.fetch(query, start, EXPORT_STEP).catch(() => null);
    if (answer === null || !answer.ok) return toast("The rows could not be read");
    matching = answer.value.matching;
    if (answer.value.rows.length === 0) break;
    for (const row of answer.value.rows) lines.push(csvLine(columns, row));
  }
  saveFile(new Blob([`${lines.join("\r\n")}\r\n`], { type: "text/csv" }), `${name}.csv`);
  const count = lines.length - 1;
  const part = count < matching ? `, the first of ${formatCount(matching)}` : "";
  toast(`${formatCount(count)} ${count === 1 ? noun[0] : noun[1]} exported${part}`);
}
