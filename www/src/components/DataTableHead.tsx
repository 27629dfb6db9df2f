import type { SortKey, Window } from "../engine/protocol";
import type { Column } from "./DataTableColumns";

export interface DataTableHeadProps<R, K extends string, W extends Window<R>> {
  columns: readonly Column<R, K, W>[];
  sort: SortKey<K> | null;
  template: string;
  onSort?: ((sort: SortKey<K>) => void) | undefined;
}

/** The order that a click on a column's header asks for: text upwards first, figures downwards first. */
export function nextSort<K extends string>(
  column: { key: K; numeric?: boolean },
  sort: SortKey<K> | null,
): SortKey<K> {
  if (sort?.key === column.key) return { key: column.key, descending: !sort.descending };
  return { key: column.key, descending: column.numeric === true };
}

function ariaSort(sort: SortKey<string> | null, key: string): "ascending" | "descending" | "none" {
  if (sort?.key !== key) return "none";
  return sort.descending ? "descending" : "ascending";
}

/** The row of column headers. */
export function DataTableHead<R, K extends string, W extends Window<R>>(
  props: DataTableHeadProps<R, K, W>,
) {
  const { columns, sort, onSort, template } = props;
  return (
    <div
      role="row"
      class="dt-row dt-header"
      aria-rowindex={1}
      style={{ gridTemplateColumns: template }}
    >
      {columns.map((column, i) => {
        const sortable = column.sortable === true && onSort !== undefined;
        const order = ariaSort(sort, column.key);
        const arrow =
          order === "none" ? null : (
            <i aria-hidden="true">{order === "descending" ? " ↓" : " ↑"}</i>
          );
        return (
          <div
            role="columnheader"
            key={column.key}
            class={column.numeric === true ? "dt-cell dt-num" : "dt-cell"}
            title={column.hint}
            aria-colindex={i + 1}
            aria-sort={sortable ? order : undefined}
          >
            {sortable ? (
              <button type="button" onClick={() => onSort(nextSort(column, sort))}>
                {column.title}
                {arrow}
              </button>
            ) : (
              column.title
            )}
          </div>
        );
      })}
    </div>
  );
}
