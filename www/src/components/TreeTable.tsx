import type { ComponentChildren } from "preact";
import { useEffect, useId, useLayoutEffect, useReducer, useRef, useState } from "preact/hooks";
import { plural } from "../lib/format";
import { copyAndTell } from "./Copy";
import { fittingColumns, gridTemplate, tsvLine } from "./DataTableColumns";
import { copyRow } from "./DataTableCopy";
import { recall, remember } from "./DataTableMemory";
import { Skeleton } from "./DataTableParts";
import { focusOnArrival, useVirtualRows, useWidth } from "./DataTableVirtual";
import { MOUNTED_ROWS, moveCursor, ROW_HEIGHT } from "./DataTableWindow";
import { type TreeItem, TreeModel, type TreeNode, type TreeSource } from "./TreeTableModel";
import { TreeLine } from "./TreeTableLine";
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

/** What is kept while the view is away. */
interface Place<R> {
  sourceKey: string;
  model: TreeModel<R>;
  cursor: string | null;
  offset: number;
  revealed: string | null;
}

/** A table of a tree: ARIA treegrid with virtual focus, children read when a node is opened. */
export function TreeTable<R>(props: TreeTableProps<R>) {
  const { source, onSelect, onOpen, memory } = props;
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const columns = fittingColumns(props.columns, useWidth(scroller));
  const template = gridTemplate(columns);
  const place = usePlace(source, memory);
  const { model } = place;
  const [cursor, setCursorState] = useState(place.cursor);
  // Lines come 100 at a time: nobody opens half a million by hand, but the scroll area must not outgrow the browser.
  const items = model.items.slice(0, MOUNTED_ROWS);
  const current = cursor === null ? -1 : items.findIndex((item) => item.key === cursor);
  const virtual = useVirtualRows({ count: items.length, scroller, head: HEAD, foot: 0 });

  const goal = useRef<{ key: string; align: "auto" | "center" } | null>(null);
  const moveTo = (item: TreeItem<R> | undefined, align: "auto" | "center" = "auto") => {
    if (item === undefined) return;
    place.cursor = item.key;
    goal.current = { key: item.key, align };
    setCursorState(item.key);
    if (item.kind === "node") onSelect?.(item.node.row);
  };
  useLayoutEffect(() => {
    if (goal.current === null) return;
    const { key, align } = goal.current;
    const index = items.findIndex((item) => item.key === key);
    if (index < 0) return;
    goal.current = null;
    virtual.reveal(index, align);
  });

  const settled = useRef(false);
  useLayoutEffect(() => {
    if (settled.current || scroller.current === null || items.length === 0) return;
    settled.current = true;
    if (place.offset > 0) scroller.current.scrollTop = place.offset;
    if (props.autoFocus === true) focusOnArrival(scroller.current);
  });
  const { reveal } = props;
  useEffect(() => {
    if (reveal === null || reveal === undefined || place.revealed === reveal.key) return;
    place.revealed = reveal.key;
    let live = true;
    void model.reveal(reveal.path).then((node) => {
      if (live && node !== null) moveTo(nodeItem(node), "center");
    });
    return () => {
      live = false;
    };
  }, [model, reveal?.key]);

  const activate = (item: TreeItem<R>) => {
    if (item.kind === "node") onOpen?.(item.node.row);
    else if (item.kind !== "waiting") void showMore(item.parent, item.key);
  };
  const showMore = async (parent: TreeNode<R> | null, key: string) => {
    const had = model.branchOf(parent).nodes.length;
    await model.load(parent);
    const next = model.branchOf(parent).nodes[had];
    if (next !== undefined && (place.cursor === key || place.cursor?.endsWith("!more"))) moveTo(nodeItem(next));
  };
  const toggle = (node: TreeNode<R>) => {
    if (!node.expanded) void model.expand(node);
    else {
      model.collapse(node);
      // The cursor may not stay on a line that is gone.
      if (place.cursor?.startsWith(`${node.key}/`) || place.cursor?.startsWith(`${node.key}!`)) moveTo(nodeItem(node));
    }
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return copyKey(event);
    if (event.target instanceof HTMLButtonElement) return;
    const item = items[current];
    const target = moveCursor(event.key, current, items.length, virtual.pageRows);
    if (target !== null) moveTo(items[target]);
    else if (item === undefined) return;
    else if (event.key === "Enter") activate(item);
    else if (event.key === " " && item.kind === "node") onSelect?.(item.node.row);
    else if (event.key === " ") activate(item);
    else if (event.key === "ArrowRight" && item.kind === "node") right(item.node);
    else if (event.key === "ArrowLeft") left(item);
    else if (event.key === "*" && item.kind === "node") void model.expandSiblings(item.node);
    else if (event.key === "c" && item.kind === "node") copyRow(props.columns, item.node.row);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const copyKey = (event: KeyboardEvent) => {
    if (event.key !== "c" || event.altKey || getSelection()?.isCollapsed === false) return;
    event.preventDefault();
    const nodes = items.flatMap((item) => (item.kind === "node" ? [item.node] : []));
    const lines = nodes.map((node) => "  ".repeat(node.level - 1) + tsvLine(props.columns, node.row));
    void copyAndTell(lines.join("\n"), `${plural(nodes.length, "line")} copied`);
  };
  const right = (node: TreeNode<R>) => {
    if (!node.expanded) void model.expand(node);
    else moveTo(items[current + 1]?.level === node.level + 1 ? items[current + 1] : undefined);
  };
  const left = (item: TreeItem<R>) => {
    if (item.kind === "node" && item.node.expanded) toggle(item.node);
    else {
      const parent = item.kind === "node" ? item.node.parent : item.parent;
      if (parent !== null) moveTo(nodeItem(parent));
    }
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
        onScroll={(event) => {
          if (settled.current) place.offset = event.currentTarget.scrollTop;
        }}
      >
        <div role="rowgroup" class="dt-head">
          <div role="row" class="dt-row dt-header" aria-rowindex={1} style={{ gridTemplateColumns: template }}>
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
        <div role="rowgroup" class="dt-body" style={{ height: `${virtual.height}px` }}>
          {virtual.items.map((virtualItem) => {
            const item = items[virtualItem.index];
            if (item === undefined) return null;
            return (
              <TreeLine
                key={item.key}
                id={rowId(virtualItem.index)}
                item={item}
                index={virtualItem.index}
                top={virtualItem.index * ROW_HEIGHT}
                current={virtualItem.index === current}
                columns={columns}
                template={template}
                model={model}
                noun={props.noun}
                onMove={() => moveTo(item)}
                onToggle={toggle}
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

function nodeItem<R>(node: TreeNode<R>): TreeItem<R> {
  return { kind: "node", key: node.key, level: node.level, node };
}

/** The tree of a source: the remembered one when it is the same source, else a new one; redraws as it changes. */
function usePlace<R>(source: TreeSource<R> & { key: string }, memory: string | undefined): Place<R> {
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  const held = useRef<Place<R> | null>(null);
  if (held.current === null && memory !== undefined) held.current = recall<Place<R>>(memory) ?? null;
  if (held.current === null || held.current.sourceKey !== source.key) {
    held.current = { sourceKey: source.key, model: new TreeModel(source), cursor: null, offset: 0, revealed: null };
    if (memory !== undefined) remember(memory, held.current);
  }
  const { model } = held.current;
  useLayoutEffect(() => {
    const stop = model.subscribe(() => redraw(0));
    void model.start();
    return stop;
  }, [model]);
  return held.current;
}
