import type { ComponentChildren } from "preact";
import { useId, useRef, useState } from "preact/hooks";
import type { SortKey, Window } from "../engine/protocol";
import { useHotkey } from "../lib/hotkeys";
import { gridTemplate } from "./DataTableColumns";
import { DataTableHead } from "./DataTableHead";
import { Empty, Skeleton, Totals } from "./DataTableParts";
import { useWidth } from "./DataTableVirtual";
import { FILTER, FOOT, HEAD, ROW_HEIGHT } from "./DataTableWindow";
import { type FilterError, FilterRow, focusFilter } from "./FilterRow";
import { shownColumns } from "./TableColumns";
import { TableMenu } from "./TableMenu";
import { useTreeCursor } from "./TreeTableCursor";
import {
  copyLines,
  exportBelow,
  handleCopy,
  handleKey,
  jumpByName,
  treeActions,
} from "./TreeTableKeys";
import { TreeLine } from "./TreeTableLine";
import type { TreeItem, TreeNode, TreeSource } from "./TreeTableModel";
import { TypeAhead } from "./TreeTableTypeAhead";
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
  /** True for the column by which siblings are ordered, largest first, where that cannot be chosen. */
  sorted?: boolean;
  sortable?: boolean;
  /** Shows a filter field under the header; the text is the field's placeholder. */
  filter?: string;
  cell(row: R, node: TreeNode<R>): ComponentChildren;
  text(row: R): string;
}

export interface TreeTableProps<R, W extends Window<R> = Window<R>> {
  label: string;
  columns: readonly TreeColumn<R>[];
  /** A new `key` starts over with a new tree. */
  source: TreeSource<R, W> & { key: string };
  noun: readonly [string, string];
  /** The order of siblings on every level. */
  sort?: SortKey<string> | null;
  onSort?: (sort: SortKey<string>) => void;
  /** Which rows of the first level are shown; what lies below an opened row always is. */
  filter?: Partial<Record<string, string>>;
  onFilter?: (filter: Partial<Record<string, string>>) => void;
  filterError?: (window: W) => FilterError | null;
  /** Sums of the first level, by column; the first column says how many rows match. */
  totals?: (window: W) => Partial<Record<string, ComponentChildren>>;
  onSelect?: (row: R) => void;
  onOpen?: (row: R) => void;
  /** A path (outermost first) to open and go to, once per `key`. */
  reveal?: { key: string; path: readonly R[] } | null;
  /** Under which name open nodes, cursor and scroll offset survive leaving the view. */
  memory?: string;
  autoFocus?: boolean;
  empty?: ComponentChildren;
}

/** What the tooltips of filter fields add. */
const SCOPE = "Of the first level: what lies below an opened row is shown whole.";

/** Everything about a tree table that is not markup. */
function useTree<R, W extends Window<R>>(props: TreeTableProps<R, W>) {
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [typeAhead] = useState(() => new TypeAhead());
  const filter = props.filter ?? {};
  const chosen = shownColumns(
    props.columns,
    useWidth(scroller),
    (column) => (filter[column.key] ?? "") !== "",
  );
  const filterable =
    props.onFilter !== undefined && chosen.shown.some((column) => column.filter !== undefined);
  const cursor = useTreeCursor({
    source: props.source,
    scroller,
    head: filterable ? HEAD + FILTER : HEAD,
    foot: props.totals === undefined ? 0 : FOOT,
    reveal: props.reveal ?? null,
    memory: props.memory,
    autoFocus: props.autoFocus === true,
    onSelect: props.onSelect,
  });
  useHotkey("filter", () => focusFilter(scroller.current), filterable);
  const activate = (item: TreeItem<R>) => {
    if (item.kind === "node") props.onOpen?.(item.node.row);
    else if (item.kind !== "waiting") void cursor.showMore(item);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const { target } = event;
    if (target instanceof HTMLInputElement || target instanceof HTMLButtonElement || event.altKey)
      return;
    const done =
      event.ctrlKey || event.metaKey
        ? handleCopy(event, chosen.copied, cursor.items)
        : handleKey(event, cursor, props, chosen.copied, activate) ||
          jumpByName(event, cursor, props.columns, typeAhead);
    if (!done) return;
    event.preventDefault();
    event.stopPropagation();
  };
  const rowId = (index: number) => `${id}-${index}`;
  return { scroller, filter, filterable, chosen, cursor, activate, onKeyDown, rowId };
}

type Tree<R, W extends Window<R>> = ReturnType<typeof useTree<R, W>>;

/** A table of a tree: ARIA treegrid with virtual focus, children read when a node is opened. */
export function TreeTable<R, W extends Window<R> = Window<R>>(props: TreeTableProps<R, W>) {
  const tree = useTree(props);
  const { scroller, chosen, cursor, activate, rowId } = tree;
  const { items, current, virtual, model } = cursor;
  const { shown: columns, least } = chosen;
  const template = gridTemplate(columns);
  const headRows = tree.filterable ? 2 : 1;
  const look = `dt-scroll${cursor.stale ? " dt-stale" : ""}${least === null ? "" : " dt-wide"}`;
  return (
    <div class="dt dt-fill">
      <div
        role="treegrid"
        class={look}
        style={{ "--dt-least": least === null ? undefined : `${least}px` }}
        ref={scroller}
        tabIndex={0}
        aria-label={props.label}
        aria-rowcount={items.length + headRows + (props.totals === undefined ? 0 : 1)}
        aria-colcount={columns.length}
        aria-activedescendant={current < 0 ? undefined : rowId(current)}
        aria-busy={cursor.stale}
        onKeyDown={tree.onKeyDown}
        onScroll={cursor.onScroll}
      >
        <TreeHead props={props} tree={tree} template={template} />
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
                headRows={headRows}
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
        <TreeRest
          props={props}
          tree={tree}
          template={template}
          rowIndex={items.length + headRows + 1}
        />
      </div>
      <TableMenu
        table={props.label}
        columns={chosen.offered}
        onReset={chosen.reset}
        actions={treeActions(props, chosen.copied, cursor)}
      />
    </div>
  );
}

interface PartProps<R, W extends Window<R>> {
  props: TreeTableProps<R, W>;
  tree: Tree<R, W>;
  template: string;
}

function TreeHead<R, W extends Window<R>>({ props, tree, template }: PartProps<R, W>) {
  const { cursor, scroller } = tree;
  const { shown: columns } = tree.chosen;
  const fixed = columns.find((column) => column.sorted === true);
  const sort = props.sort ?? (fixed === undefined ? null : { key: fixed.key, descending: true });
  const { window } = cursor.model;
  return (
    <div role="rowgroup" class="dt-head">
      <DataTableHead columns={columns} sort={sort} template={template} onSort={props.onSort} />
      {tree.filterable && (
        <FilterRow
          columns={columns}
          filter={tree.filter}
          error={window === null ? null : (props.filterError?.(window) ?? null)}
          scope={SCOPE}
          rowIndex={2}
          template={template}
          onFilter={(next) => props.onFilter?.(next)}
          onLeave={() => {
            scroller.current?.focus();
            if (cursor.current < 0) cursor.moveTo(cursor.items[0]);
          }}
        />
      )}
    </div>
  );
}

/** What stands instead of rows, and the totals below them. */
function TreeRest<R, W extends Window<R>>(props: PartProps<R, W> & { rowIndex: number }) {
  const { tree, template, props: of } = props;
  const { items, model } = tree.cursor;
  const { window } = model;
  return (
    <>
      {items.length === 0 &&
        (window === null ? (
          <div class="dt-empty">
            <Skeleton seed={1} />
          </div>
        ) : (
          <Empty
            noun={of.noun[1]}
            filter={tree.filter}
            onClear={() => of.onFilter?.({})}
            empty={of.empty}
          />
        ))}
      {of.totals !== undefined && window !== null && (
        <Totals
          columns={tree.chosen.shown}
          template={template}
          window={window}
          totals={of.totals}
          noun={of.noun}
          rowIndex={props.rowIndex}
          onCopy={() => copyLines(tree.chosen.copied, items, "tsv")}
          onExport={() => exportBelow(of, tree.chosen.copied, null, "csv")}
        />
      )}
    </>
  );
}
