/** A table whose filter and order are in the address, and which the engine sorts and filters. */
import { useMemo } from "preact/hooks";
import type { Answer, TableQuery, Window } from "../engine/protocol";
import { navigate, type Route } from "../state/route";
import { epoch } from "../state/session";
import type { TablePlace } from "../state/tablePlace";
import { DataTable, type DataTableProps, type RowSource } from "./DataTable";
import type { FilterError } from "./FilterRow";

/** A window that says which filter could not be read. */
type FilteredWindow<R> = Window<R> & { filterError: FilterError | null };

type Settled = "source" | "onSort" | "filter" | "onFilter" | "filterError";

export interface PlacedTableProps<R, K extends string, W extends FilteredWindow<R>>
  extends Omit<DataTableProps<R, K, W>, Settled> {
  place: Route & TablePlace<K>;
  /** Asks the engine; another function is another question. */
  ask: (query: TableQuery<K>) => Promise<Answer<W>>;
}

export function PlacedTable<R, K extends string, W extends FilteredWindow<R>>({
  place,
  ask,
  sort = place.sort,
  ...rest
}: PlacedTableProps<R, K, W>) {
  // The same place with other rows.
  const go = (change: Partial<TablePlace<K>>) =>
    navigate({ ...place, ...change } as Route, { replace: true });
  const key = String(epoch.value);
  const source = useMemo<RowSource<R, K, W>>(
    () => ({
      key,
      fetch: (query, start, count) =>
        ask({ filter: query.filter, sort: query.sort ?? place.sort, start, count }),
    }),
    [key, ask],
  );
  return (
    <DataTable
      {...rest}
      source={source}
      sort={sort}
      onSort={(next) => go({ sort: next })}
      filter={place.filter}
      onFilter={(filter) => go({ filter })}
      filterError={(window) => window.filterError}
    />
  );
}
