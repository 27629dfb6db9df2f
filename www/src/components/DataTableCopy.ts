import type { Window } from "../engine/protocol";
import { formatCount, plural } from "../lib/format";
import { copyAndTell } from "./Copy";
import { COPIED_ROWS, markdownTable, tsvLine, tsvTable } from "./DataTableColumns";
import type { FetchRows, TableQuery } from "./DataTableRows";
import { toast } from "./Toast";

/** What copies and exports need of a column. */
export interface CopiedColumn<R> {
  title: string;
  numeric?: boolean;
  text(row: R): string;
}

export interface TableCopyOptions<R, K extends string, W extends Window<R>> {
  columns: readonly CopiedColumn<R>[];
  fetch: FetchRows<R, K, W>;
  query: TableQuery<K>;
  noun: readonly [string, string];
}

/** Copies one row as a tab-separated line. */
export function copyRow<R>(columns: readonly { text(row: R): string }[], row: R): void {
  void copyAndTell(tsvLine(columns, row), "Row copied");
}

/** How copied rows are written. */
export type CopyFormat = "tsv" | "markdown";

/** Copies the matching rows with a header; says how many when it could not take all. */
export async function copyTable<R, K extends string, W extends Window<R>>(
  options: TableCopyOptions<R, K, W>,
  format: CopyFormat = "tsv",
): Promise<void> {
  const { columns, query, noun } = options;
  const answer = await options.fetch(query, 0, COPIED_ROWS).catch(() => null);
  if (answer === null || !answer.ok) return toast("The rows could not be read");
  const { rows, matching } = answer.value;
  const part = rows.length < matching ? `, the first of ${formatCount(matching)}` : "";
  const text = format === "tsv" ? tsvTable(columns, rows) : markdownTable(columns, rows);
  await copyAndTell(text, `${plural(rows.length, ...noun)} copied${part}`);
}
