import { formatCount } from "../lib/format";
import { askAboutRow } from "./Ask/Ask";
import { Skeleton } from "./DataTableParts";
import type { TreeColumn } from "./TreeTable";
import { TREE_PAGE, type TreeItem, type TreeModel, type TreeNode } from "./TreeTableModel";

export interface TreeLineProps<R> {
  id: string;
  item: TreeItem<R>;
  index: number;
  /** Rows of the head, before the first line. */
  headRows: number;
  top: number;
  current: boolean;
  columns: readonly TreeColumn<R>[];
  template: string;
  model: TreeModel<R>;
  noun: readonly [string, string];
  onMove(): void;
  onToggle(node: TreeNode<R>): void;
  onActivate(): void;
}

/** Pixels per level, and the level from which lines are not indented further but say how deep they are. */
const INDENT = 14;
const DEEPEST_INDENT = 14;

/** One line of a tree table. */
export function TreeLine<R>(props: TreeLineProps<R>) {
  const { item, columns, template, current, model } = props;
  const node = item.kind === "node" ? item.node : null;
  const expandable = node !== null && model.expandable(node);
  const siblings = node === null ? null : model.branchOf(node.parent).total;
  const onClick = (event: MouseEvent) => {
    const link = event.target instanceof Element && event.target.closest("a, button") !== null;
    if (link) return;
    props.onMove();
    if (node === null) props.onActivate();
  };
  return (
    <div
      role="row"
      id={props.id}
      class="dt-row dt-data"
      aria-rowindex={props.index + props.headRows + 1}
      aria-level={item.level}
      aria-posinset={node === null || node.rank === null ? undefined : node.rank + 1}
      aria-setsize={siblings ?? undefined}
      aria-expanded={expandable ? node.expanded : undefined}
      aria-selected={current}
      style={{ gridTemplateColumns: template, transform: `translateY(${props.top}px)` }}
      onClick={onClick}
      onContextMenu={(event) =>
        node !== null &&
        askAboutRow(event, (then) => {
          props.onMove();
          then();
        })
      }
      onDblClick={() => node !== null && props.onActivate()}
    >
      <div
        role="gridcell"
        class="dt-cell tree-cell"
        aria-colindex={1}
        aria-colspan={node === null ? columns.length : undefined}
      >
        <Indent level={item.level} />
        {node === null ? (
          <Missing item={item} noun={props.noun} />
        ) : (
          <>
            <Twisty node={node} expandable={expandable} onToggle={props.onToggle} />
            {columns[0]?.cell(node.row, node)}
            {node.rank === null && (
              <span
                class="tree-apart"
                title="Shown here to be seen; its place is further down among its siblings."
              >
                from further down
              </span>
            )}
          </>
        )}
      </div>
      {node !== null &&
        columns.slice(1).map((column, i) => (
          <div
            role="gridcell"
            key={column.key}
            aria-colindex={i + 2}
            class={column.numeric === true ? "dt-cell dt-num" : "dt-cell"}
          >
            {column.cell(node.row, node)}
          </div>
        ))}
    </div>
  );
}

function Indent({ level }: { level: number }) {
  const steps = Math.min(level - 1, DEEPEST_INDENT);
  return (
    <>
      <span class="tree-indent" style={{ width: `${steps * INDENT}px` }} aria-hidden="true" />
      {level - 1 > DEEPEST_INDENT && (
        <span class="tree-depth" title={`Level ${level} of the tree`}>
          {level}
        </span>
      )}
    </>
  );
}

function Twisty<R>({
  node,
  expandable,
  onToggle,
}: {
  node: TreeNode<R>;
  expandable: boolean;
  onToggle(n: TreeNode<R>): void;
}) {
  if (!expandable) return <span class="tree-twisty" aria-hidden="true" />;
  // The arrow keys do the same; the button is for the mouse and stays out of the tab order.
  return (
    <button
      type="button"
      class={node.expanded ? "tree-twisty tree-open" : "tree-twisty"}
      tabIndex={-1}
      aria-label={node.expanded ? "Collapse" : "Expand"}
      onClick={() => onToggle(node)}
    >
      <svg viewBox="0 0 10 10" aria-hidden="true">
        <path d="M3.2 1.5 7 5 3.2 8.5" />
      </svg>
    </button>
  );
}

function Missing<R>({ item, noun }: { item: TreeItem<R>; noun: readonly [string, string] }) {
  switch (item.kind) {
    case "more": {
      const next = Math.min(TREE_PAGE, item.left);
      return (
        <span class="tree-more link">
          Show {formatCount(next)} more {next === 1 ? noun[0] : noun[1]} ({formatCount(item.left)}{" "}
          left)
        </span>
      );
    }
    case "failed":
      return (
        <span class="tree-more hot">
          {item.error.message} <span class="link">Try again</span>
        </span>
      );
    default:
      return <Skeleton seed={item.level * 5} />;
  }
}
