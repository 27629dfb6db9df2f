import type { SortKey } from "../engine/protocol";

/** What the head of a table says of a column. */
export interface HeadColumn<K extends string> {
  key: K;
  title: string;
  hint: string;
  numeric?: boolean;
  sortable?: boolean;
}

export interface DataTableHeadProps<K extends string> {
  columns: readonly HeadColumn<K>[];
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
export function DataTableHead<K extends string>(props: DataTableHeadProps<K>) {
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
            aria-sort={sortable || order !== "none" ? order : undefined}
          >
            {sortable ? (
              <button type="button" onClick={() => onSort(nextSort(column, sort))}>
                {column.title}
                {arrow}
              </button>
            ) : (
              <>
                {column.title}
                {arrow}
              </>
            )}
          </div>
        );
      })}
    </div>
  );
}
