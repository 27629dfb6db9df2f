import type { ComponentChildren } from "preact";
import { useId, useRef } from "preact/hooks";
import { plural } from "../lib/format";
import { copyAndTell } from "./Copy";
import { fittingColumns, gridTemplate, tsvLine } from "./DataTableColumns";
import { copyRow } from "./DataTableCopy";
import { Skeleton } from "./DataTableParts";
import { useWidth } from "./DataTableVirtual";
import { moveCursor, ROW_HEIGHT } from "./DataTableWindow";
import { lineOf, type TreeCursor, useTreeCursor } from "./TreeTableCursor";
import { TreeLine } from "./TreeTableLine";
import type { TreeItem, TreeNode, TreeSource } from "./TreeTableModel";
import "./DataTable.css";
import "./TreeTable.css";

/** A column of a tree table. The first one carries the tree. */
export interface TreeColumn<R> {
  key: string;
  title: string;
  /** One sentence that defines what the column shows; the header's tooltip. */
  hint: string;
  numeric?: boolean;
  width: number;
  grow?: number;
  hideBelow?: number;
  /** True for the column by which siblings are ordered, largest first. */
  sorted?: boolean;
  cell(row: R, node: TreeNode<R>): ComponentChildren;
  text(row: R): string;
}

export interface TreeTableProps<R> {
  label: string;
  columns: readonly TreeColumn<R>[];
  /** A new `key` starts over with a new tree. */
  source: TreeSource<R> & { key: string };
  noun: readonly [string, string];
  onSelect?: (row: R) => void;
  onOpen?: (row: R) => void;
  /** A path (outermost first) to open and go to, once per `key`. */
  reveal?: { key: string; path: readonly R[] } | null;
  /** Under which name open nodes, cursor and scroll offset survive leaving the view. */
  memory?: string;
  autoFocus?: boolean;
  empty?: ComponentChildren;
}

const HEAD = 26;

/** A table of a tree: ARIA treegrid with virtual focus, children read when a node is opened. */
export function TreeTable<R>(props: TreeTableProps<R>) {
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const columns = fittingColumns(props.columns, useWidth(scroller));
  const template = gridTemplate(columns);
  const cursor = useTreeCursor({
    source: props.source,
    scroller,
    head: HEAD,
    reveal: props.reveal ?? null,
    memory: props.memory,
    autoFocus: props.autoFocus === true,
    onSelect: props.onSelect,
  });
  const { items, current, virtual, model } = cursor;
  const activate = (item: TreeItem<R>) => {
    if (item.kind === "node") props.onOpen?.(item.node.row);
    else if (item.kind !== "waiting") void cursor.showMore(item);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.target instanceof HTMLButtonElement) return;
    const done =
      event.ctrlKey || event.metaKey
        ? handleCopy(event, props.columns, items)
        : handleKey(event, cursor, props, activate);
    if (!done) return;
    event.preventDefault();
    event.stopPropagation();
  };
  const rowId = (index: number) => `${id}-${index}`;
  return (
    <div class="dt dt-fill">
      <div
        role="treegrid"
        class="dt-scroll"
        ref={scroller}
        tabIndex={0}
        aria-label={props.label}
        aria-rowcount={items.length + 1}
        aria-colcount={columns.length}
        aria-activedescendant={current < 0 ? undefined : rowId(current)}
        onKeyDown={onKeyDown}
        onScroll={cursor.onScroll}
      >
        <TreeHead columns={columns} template={template} />
        <div role="rowgroup" class="dt-body" style={{ height: `${virtual.height}px` }}>
          {virtual.items.map(({ index }) => {
            const item = items[index];
            if (item === undefined) return null;
            return (
              <TreeLine
                key={item.key}
                id={rowId(index)}
                item={item}
                index={index}
                top={index * ROW_HEIGHT}
                current={index === current}
                columns={columns}
                template={template}
                model={model}
                noun={props.noun}
                onMove={() => cursor.moveTo(item)}
                onToggle={cursor.toggle}
                onActivate={() => activate(item)}
              />
            );
          })}
        </div>
        {items.length === 0 && <div class="dt-empty">{props.empty ?? <Skeleton seed={1} />}</div>}
      </div>
    </div>
  );
}

function TreeHead<R>({
  columns,
  template,
}: {
  columns: readonly TreeColumn<R>[];
  template: string;
}) {
  return (
    <div role="rowgroup" class="dt-head">
      <div
        role="row"
        class="dt-row dt-header"
        aria-rowindex={1}
        style={{ gridTemplateColumns: template }}
      >
        {columns.map((column, i) => (
          <div
            role="columnheader"
            key={column.key}
            class={column.numeric === true ? "dt-cell dt-num" : "dt-cell"}
            title={column.hint}
            aria-colindex={i + 1}
            aria-sort={column.sorted === true ? "descending" : undefined}
          >
            {column.title}
            {column.sorted === true && <i aria-hidden="true"> ↓</i>}
          </div>
        ))}
      </div>
    </div>
  );
}

/** Copies all lines that are open, indented as shown. */
function handleCopy<R>(
  event: KeyboardEvent,
  columns: readonly TreeColumn<R>[],
  items: readonly TreeItem<R>[],
): boolean {
  if (event.key !== "c" || getSelection()?.isCollapsed === false) return false;
  const nodes = items.flatMap((item) => (item.kind === "node" ? [item.node] : []));
  const lines = nodes.map((node) => "  ".repeat(node.level - 1) + tsvLine(columns, node.row));
  void copyAndTell(lines.join("\n"), `${plural(nodes.length, "line")} copied`);
  return true;
}

/** Does what a key means in a tree; false when it means nothing here. */
function handleKey<R>(
  event: KeyboardEvent,
  cursor: TreeCursor<R>,
  props: TreeTableProps<R>,
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
  else if (event.key === "c") copyRow(props.columns, node.row);
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
