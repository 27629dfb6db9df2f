import type { ComponentChildren } from "preact";
import { useId, useRef, useState } from "preact/hooks";
import { gridTemplate } from "./DataTableColumns";
import { Skeleton } from "./DataTableParts";
import { useWidth } from "./DataTableVirtual";
import { ROW_HEIGHT } from "./DataTableWindow";
import { shownColumns } from "./TableColumns";
import { TableMenu } from "./TableMenu";
import { useTreeCursor } from "./TreeTableCursor";
import { handleCopy, handleKey, jumpByName, treeActions } from "./TreeTableKeys";
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

/** Everything about a tree table that is not markup. */
function useTree<R>(props: TreeTableProps<R>) {
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [typeAhead] = useState(() => new TypeAhead());
  const chosen = shownColumns(props.columns, useWidth(scroller));
  const cursor = useTreeCursor({
    source: props.source,
    scroller,
    head: HEAD,
    reveal: props.reveal ?? null,
    memory: props.memory,
    autoFocus: props.autoFocus === true,
    onSelect: props.onSelect,
  });
  const activate = (item: TreeItem<R>) => {
    if (item.kind === "node") props.onOpen?.(item.node.row);
    else if (item.kind !== "waiting") void cursor.showMore(item);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.target instanceof HTMLButtonElement) return;
    const done =
      event.ctrlKey || event.metaKey
        ? handleCopy(event, chosen.copied, cursor.items)
        : handleKey(event, cursor, props, activate) ||
          jumpByName(event, cursor, props.columns, typeAhead);
    if (!done) return;
    event.preventDefault();
    event.stopPropagation();
  };
  const rowId = (index: number) => `${id}-${index}`;
  return { scroller, chosen, cursor, activate, onKeyDown, rowId };
}

/** A table of a tree: ARIA treegrid with virtual focus, children read when a node is opened. */
export function TreeTable<R>(props: TreeTableProps<R>) {
  const { scroller, chosen, cursor, activate, onKeyDown, rowId } = useTree(props);
  const { items, current, virtual, model } = cursor;
  const { shown: columns, least } = chosen;
  const template = gridTemplate(columns);
  return (
    <div class="dt dt-fill">
      <div
        role="treegrid"
        class={least === null ? "dt-scroll" : "dt-scroll dt-wide"}
        style={{ "--dt-least": least === null ? undefined : `${least}px` }}
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
      <TableMenu
        table={props.label}
        columns={chosen.offered}
        onReset={chosen.reset}
        actions={treeActions(chosen.copied, items)}
      />
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
