/** What keys and the menu of a tree table do. */
import type { Window } from "../engine/protocol";
import { plural } from "../lib/format";
import { matchHotkey } from "../lib/hotkeys";
import { copyAndTell } from "./Copy";
import { markdownTable, tsvLine } from "./DataTableColumns";
import { type CopyFormat, copyRow } from "./DataTableCopy";
import { moveCursor } from "./DataTableWindow";
import { type ExportFormat, exportTable } from "./TableExport";
import type { TableAction } from "./TableMenu";
import type { TreeColumn, TreeTableProps } from "./TreeTable";
import { lineOf, type TreeCursor } from "./TreeTableCursor";
import type { TreeItem, TreeNode } from "./TreeTableModel";
import { nextByName, type TypeAhead } from "./TreeTableTypeAhead";

/** What the menu offers to do with the lines. */
export function treeActions<R, W extends Window<R>>(
  props: TreeTableProps<R, W>,
  columns: readonly TreeColumn<R>[],
  { items, current, model }: TreeCursor<R, W>,
): TableAction[] {
  const save = (below: R | null, format: ExportFormat) => () =>
    exportBelow(props, columns, below, format);
  const item = items[current];
  const node = item?.kind === "node" && model.expandable(item.node) ? item.node.row : null;
  const below = (format: ExportFormat): TableAction[] =>
    node === null
      ? []
      : [
          {
            label: `Export below as ${format.toUpperCase()}`,
            hint: "All rows directly below the current one, in this order",
            run: save(node, format),
          },
        ];
  return [
    {
      label: "Copy as TSV",
      hint: "All open lines as tab-separated text, indented as shown (Ctrl C)",
      run: () => copyLines(columns, items, "tsv"),
    },
    {
      label: "Copy as Markdown",
      hint: "All open lines as a Markdown table, for a ticket",
      run: () => copyLines(columns, items, "markdown"),
    },
    {
      label: "Export CSV",
      hint: "All rows of the first level as a comma-separated file",
      run: save(null, "csv"),
    },
    {
      label: "Export JSON",
      hint: "All rows of the first level as a file of JSON objects",
      run: save(null, "json"),
    },
    ...below("csv"),
    ...below("json"),
  ];
}

/** Saves all rows directly below one, or those of the first level that match, as a file. */
export function exportBelow<R, W extends Window<R>>(
  { source, label, noun }: TreeTableProps<R, W>,
  columns: readonly TreeColumn<R>[],
  below: R | null,
  format: ExportFormat,
): void {
  const name = below === null ? label : `${label} below ${columns[0]?.text(below) ?? ""}`;
  void exportTable<R, string, W>({
    columns,
    // The source knows the order and the filter.
    query: { sort: null, filter: {} },
    fetch: (_query, start, count) => source.children(below, start, count),
    noun,
    name,
    format,
  });
}

/** Copies all lines that are open, indented as shown. */
export function copyLines<R>(
  columns: readonly TreeColumn<R>[],
  items: readonly TreeItem<R>[],
  format: CopyFormat,
): void {
  const nodes = items.flatMap((item) => (item.kind === "node" ? [item.node] : []));
  const text =
    format === "tsv"
      ? nodes.map((node) => "  ".repeat(node.level - 1) + tsvLine(columns, node.row)).join("\n")
      : markdownTable(columns.map(indented), nodes);
  void copyAndTell(text, `${plural(nodes.length, "line")} copied`);
}

/** The column over nodes; the first one says the level, because Markdown drops blanks at the start of a cell. */
function indented<R>(column: TreeColumn<R>, at: number) {
  return {
    title: column.title,
    numeric: column.numeric === true,
    text: (node: TreeNode<R>) =>
      (at === 0 ? "› ".repeat(node.level - 1) : "") + column.text(node.row),
  };
}

/** A letter that means nothing on the page goes to the next line whose name begins so. */
export function jumpByName<R>(
  event: KeyboardEvent,
  cursor: TreeCursor<R>,
  columns: readonly TreeColumn<R>[],
  typeAhead: TypeAhead,
): boolean {
  if (!/^[\p{L}\p{N}_$]$/u.test(event.key) || matchHotkey(event) !== null) return false;
  const names = cursor.items.map((item) =>
    item.kind === "node" ? (columns[0]?.text(item.node.row) ?? null) : null,
  );
  let at = nextByName(names, cursor.current, typeAhead.add(event.key, event.timeStamp));
  if (at < 0) at = nextByName(names, cursor.current, typeAhead.restart(event.key));
  if (at >= 0) cursor.moveTo(cursor.items[at]);
  return true;
}

/** Ctrl C copies all lines that are open. */
export function handleCopy<R>(
  event: KeyboardEvent,
  columns: readonly TreeColumn<R>[],
  items: readonly TreeItem<R>[],
): boolean {
  if (event.key !== "c" || getSelection()?.isCollapsed === false) return false;
  copyLines(columns, items, "tsv");
  return true;
}

/** Does what a key means in a tree; false when it means nothing here. */
export function handleKey<R, W extends Window<R>>(
  event: KeyboardEvent,
  cursor: TreeCursor<R, W>,
  props: Pick<TreeTableProps<R, W>, "onSelect">,
  copied: readonly TreeColumn<R>[],
  activate: (item: TreeItem<R>) => void,
): boolean {
  const { items, current, model } = cursor;
  const item = items[current];
  const node = item?.kind === "node" ? item.node : null;
  const target = moveCursor(event.key, current, items.length, cursor.virtual.pageRows);
  if (target !== null) cursor.moveTo(items[target]);
  else if (item === undefined) return false;
  else if (event.key === "Enter") activate(item);
  else if (event.key === " ") node === null ? activate(item) : props.onSelect?.(node.row);
  else if (event.key === "ArrowLeft") stepOut(cursor, item);
  else if (node === null) return false;
  else if (event.key === "ArrowRight") stepIn(cursor, node);
  else if (event.key === "*") void model.expandSiblings(node);
  else if (event.key === "c") copyRow(copied, node.row);
  else return false;
  return true;
}

/** Arrow right: opens a closed node, else goes to its first child. */
function stepIn<R>({ model, items, current, moveTo }: TreeCursor<R>, node: TreeNode<R>): void {
  const next = items[current + 1];
  if (!node.expanded) void model.expand(node);
  else if (next !== undefined && next.level > node.level) moveTo(next);
}

/** Arrow left: closes an open node, else goes to the parent. */
function stepOut<R>({ toggle, moveTo }: TreeCursor<R>, item: TreeItem<R>): void {
  if (item.kind === "node" && item.node.expanded) {
    toggle(item.node);
    return;
  }
  const parent = item.kind === "node" ? item.node.parent : item.parent;
  if (parent !== null) moveTo(lineOf(parent));
}
