import type { Window } from "../engine/protocol";
import { askAboutRow } from "./Ask/Ask";
import type { Column } from "./DataTableColumns";
import type { TableCursor } from "./DataTableCursor";
import { Skeleton } from "./DataTableParts";
import { ROW_HEIGHT } from "./DataTableWindow";

export interface DataTableBodyProps<R, K extends string, W extends Window<R>> {
  columns: readonly Column<R, K, W>[];
  template: string;
  window: W | null;
  rowAt(index: number): R | undefined;
  rowId(index: number): string;
  /** Rows of the grid above the first row of data. */
  headRows: number;
  cursor: TableCursor;
  onOpen: ((row: R) => void) | undefined;
  /** Whether rows are selected, so that questions can be asked about them. */
  canAsk: boolean;
}

/** The rows on screen, placed in a list as high as all rows of the stretch. */
export function DataTableBody<R, K extends string, W extends Window<R>>(
  props: DataTableBodyProps<R, K, W>,
) {
  const { columns, template, window, cursor, onOpen } = props;
  const { virtual, stretch } = cursor;
  return (
    <div role="rowgroup" class="dt-body" style={{ height: `${virtual.height}px` }}>
      {virtual.items.map((item) => {
        const index = stretch.first + item.index;
        const row = props.rowAt(index);
        return (
          <div
            role="row"
            key={index}
            id={props.rowId(index)}
            class="dt-row dt-data"
            aria-rowindex={index + props.headRows + 1}
            aria-selected={index === cursor.current}
            style={{
              gridTemplateColumns: template,
              transform: `translateY(${item.index * ROW_HEIGHT}px)`,
            }}
            onClick={(event) =>
              isLink(event.target) ? cursor.leaveFrom(index) : cursor.moveTo(index)
            }
            onContextMenu={(event) =>
              props.canAsk && askAboutRow(event, (then) => cursor.moveTo(index, "auto", then))
            }
            onDblClick={() => row !== undefined && onOpen?.(row)}
          >
            {columns.map((column, i) => (
              <div
                role="gridcell"
                key={column.key}
                aria-colindex={i + 1}
                class={column.numeric === true ? "dt-cell dt-num" : "dt-cell"}
              >
                {row === undefined || window === null ? (
                  <Skeleton seed={index + i} />
                ) : (
                  column.cell(row, window)
                )}
              </div>
            ))}
          </div>
        );
      })}
    </div>
  );
}

/** A click on a link goes there; it does not also select the row. */
function isLink(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("a, button") !== null;
}
