/** Order and filters of an answer's rows, as the address holds them and as tables and trees want them. */
import type { FilterError } from "../../components/FilterRow";
import type {
  Column,
  QueryFacts,
  QueryWindow,
  QueryWindowRequest,
  SortKey,
} from "../../engine/protocol";
import { navigate, type QueryRoute } from "../../state/route";
import { totalText } from "./answerCells";

/** A column of an answer by its number. */
export const keyOf = (column: number): string => `c${column}`;
const columnOf = (key: string): number => Number(key.slice(1));

/** What a table or tree of an answer is told about order, filters and sums. */
export function answerPlace(place: QueryRoute, facts: QueryFacts) {
  const go = (change: Partial<QueryRoute>) => navigate({ ...place, ...change }, { replace: true });
  const sort = place.sort ?? facts.sort;
  return {
    sort: { key: keyOf(sort.column), descending: sort.descending },
    onSort: ({ key, descending }: SortKey<string>) =>
      go({ sort: { column: columnOf(key), descending } }),
    filter: Object.fromEntries(place.filters.map((text, i) => [keyOf(i), text])),
    onFilter: (filter: Partial<Record<string, string>>) =>
      go({ filters: facts.columns.map((_, i) => filter[keyOf(i)] ?? "") }),
    filterError: ({ unclear }: QueryWindow): FilterError | null =>
      unclear === null ? null : { key: keyOf(unclear[0]), message: unclear[1] },
    totals: (window: QueryWindow) =>
      Object.fromEntries(
        facts.columns.flatMap(({ kind }, i) => {
          const total = window.totals[i];
          return i > 0 && total != null ? [[keyOf(i), totalText(kind, total)]] : [];
        }),
      ),
  };
}

/** The same as a request for rows. */
export function rowsWanted(
  facts: QueryFacts,
  sort: SortKey<string> | null,
  filter: Partial<Record<string, string>>,
): Pick<QueryWindowRequest, "sort" | "filters"> {
  return {
    sort: sort ? { column: columnOf(sort.key), descending: sort.descending } : facts.sort,
    filters: facts.columns.map((_, i) => filter[keyOf(i)] ?? ""),
  };
}

/** How a column of an answer is headed, sorted and filtered. */
export function headOf(column: Column, index: number) {
  return {
    key: keyOf(index),
    title: column.title,
    hint: column.hint,
    numeric: column.kind !== "thing",
    sortable: true,
    filter: column.kind === "thing" ? "text or /regex/" : column.kind === "bytes" ? ">1M" : ">10",
  };
}
