/** What keys and the menu of a table do. */
import type { Window } from "../engine/protocol";
import { copyRow, copyTable, type TableCopyOptions } from "./DataTableCopy";
import type { TableCursor } from "./DataTableCursor";
import { moveCursor } from "./DataTableWindow";
import { type ExportFormat, exportTable } from "./TableExport";
import type { TableAction } from "./TableMenu";

/** What the menu offers to do with the rows. */
export function tableActions<R, K extends string, W extends Window<R>>(
  all: TableCopyOptions<R, K, W>,
  name: string,
): TableAction[] {
  const save = (format: ExportFormat) => () => void exportTable({ ...all, name, format });
  return [
    {
      label: "Copy as TSV",
      hint: "The rows as tab-separated text, for a spreadsheet (Ctrl C)",
      run: () => void copyTable(all),
    },
    {
      label: "Copy as Markdown",
      hint: "The rows as a Markdown table, for a ticket",
      run: () => void copyTable(all, "markdown"),
    },
    { label: "Export CSV", hint: "All rows as a comma-separated file", run: save("csv") },
    { label: "Export JSON", hint: "All rows as a file of JSON objects", run: save("json") },
  ];
}

interface KeyContext<R, K extends string, W extends Window<R>> {
  cursor: TableCursor;
  /** The current row, if there is one and it has arrived. */
  row: R | undefined;
  matching: number;
  all: TableCopyOptions<R, K, W>;
  onSelect: ((row: R) => unknown) | undefined;
  onOpen: ((row: R) => void) | undefined;
}

/** Does what a key means in a table; false when it means nothing here. */
export function handleKey<R, K extends string, W extends Window<R>>(
  event: KeyboardEvent,
  context: KeyContext<R, K, W>,
): boolean {
  const { cursor, row, matching, all } = context;
  if (event.ctrlKey || event.metaKey) {
    // Text that the reader has marked is what the browser copies.
    if (event.key !== "c" || getSelection()?.isCollapsed === false) return false;
    void copyTable(all);
    return true;
  }
  const target = moveCursor(event.key, cursor.current, matching, cursor.virtual.pageRows);
  if (target !== null) cursor.moveTo(target);
  else if (row === undefined) return false;
  else if (event.key === "Enter") context.onOpen?.(row);
  else if (event.key === " ") context.onSelect?.(row);
  else if (event.key === "c") copyRow(all.columns, row);
  else return false;
  return true;
}
