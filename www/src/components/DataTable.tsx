import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useReducer, useRef, useState } from "preact/hooks";
import type { SortKey, Window } from "../engine/protocol";
import { useHotkey } from "../lib/hotkeys";
import { DataTableBody } from "./DataTableBody";
import { type Column, gridTemplate } from "./DataTableColumns";
import { copyTable } from "./DataTableCopy";
import { useTableCursor } from "./DataTableCursor";
import { DataTableHead } from "./DataTableHead";
import { handleKey, tableActions } from "./DataTableKeys";
import { Empty, Failed, Totals, Waiting } from "./DataTableParts";
import { type FetchRows, type TableQuery, TableRows } from "./DataTableRows";
import { useWidth } from "./DataTableVirtual";
import { FILTER, FOOT, HEAD, ROW_HEIGHT } from "./DataTableWindow";
import { type FilterError, FilterRow, focusFilter } from "./FilterRow";
import { Pager } from "./Pager";
import { shownColumns } from "./TableColumns";
import { exportTable } from "./TableExport";
import { TableMenu } from "./TableMenu";
import "./DataTable.css";

/** Where the rows come from. A new `key` says that the answers may have changed. */
export interface RowSource<R, K extends string, W extends Window<R>> {
  key: string;
  fetch: FetchRows<R, K, W>;
}

export interface DataTableProps<R, K extends string, W extends Window<R>> {
  /** What the table holds, for assistive technology: "Class histogram". */
  label: string;
  columns: readonly Column<R, K, W>[];
  source: RowSource<R, K, W>;
  sort?: SortKey<K> | null;
  onSort?: (sort: SortKey<K>) => void;
  filter?: Partial<Record<K, string>>;
  onFilter?: (filter: Partial<Record<K, string>>) => void;
  filterError?: (window: W) => FilterError | null;
  /** Singular and plural of a row: ["class", "classes"]. */
  noun: readonly [string, string];
  /** Sums for the totals row, by column; the first column says how many rows match. */
  totals?: (window: W) => Partial<Record<string, ComponentChildren>>;
  /** Follows the cursor at once; where that takes time, it answers a promise. */
  onSelect?: (row: R) => unknown;
  /** Enter or double click. */
  onOpen?: (row: R) => void;
  /** Grows with its rows up to this many, then scrolls; without it the table fills its parent. */
  maxRows?: number;
  /** Under which name scroll offset and cursor survive leaving the view. */
  memory?: string;
  autoFocus?: boolean;
  /** Instead of rows when there are none and no filter is set. */
  empty?: ComponentChildren;
  /** Said above the skeleton rows when the first answer takes its time. */
  waiting?: string | undefined;
}

/** Everything about a table that is not markup. */
function useGrid<R, K extends string, W extends Window<R>>(props: DataTableProps<R, K, W>) {
  const { source, noun, onOpen } = props;
  const query: TableQuery<K> = { sort: props.sort ?? null, filter: props.filter ?? {} };
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const chosen = shownColumns(
    props.columns,
    useWidth(scroller),
    (column) => (query.filter[column.key] ?? "") !== "",
  );
  const columns = chosen.shown;
  const rows = useRows(source, query);
  const { window, matching } = rows;
  const filterable =
    props.onFilter !== undefined && columns.some((column) => column.filter !== undefined);
  const head = filterable ? HEAD + FILTER : HEAD;
  const foot = props.totals === undefined ? 0 : FOOT;
  const cursor = useTableCursor({
    scroller,
    asked: JSON.stringify(query),
    rows,
    answered: window !== null,
    head,
    foot,
    memory: props.memory,
    autoFocus: props.autoFocus === true,
    onSelect: props.onSelect,
  });
  useHotkey("filter", () => focusFilter(scroller.current), filterable);
  const all = { columns: chosen.copied, fetch: source.fetch, query, noun };
  const onKeyDown = (event: KeyboardEvent) => {
    const target = event.target;
    if (target instanceof HTMLInputElement || target instanceof HTMLButtonElement || event.altKey)
      return;
    const row = cursor.current < 0 ? undefined : rows.row(cursor.current);
    if (!handleKey(event, { cursor, row, matching, all, onSelect: props.onSelect, onOpen })) return;
    event.preventDefault();
    event.stopPropagation();
  };
  const rowId = (index: number) => `${id}-${index}`;
  const headRows = filterable ? 2 : 1;
  const template = gridTemplate(columns);
  const chrome = { head, foot, headRows, filterable };
  const parts = { query, scroller, columns, chosen, template, rows, cursor };
  return { ...parts, all, onKeyDown, rowId, ...chrome };
}

type Grid<R, K extends string, W extends Window<R>> = ReturnType<typeof useGrid<R, K, W>>;

interface PartProps<R, K extends string, W extends Window<R>> {
  props: DataTableProps<R, K, W>;
  grid: Grid<R, K, W>;
}

/**
 * A long table: rows come in windows from the engine, only those on screen are in the document, and the focus stays on
 * the grid while `aria-activedescendant` names the current row, so that recycled rows never lose it.
 */
export function DataTable<R, K extends string, W extends Window<R>>(
  props: DataTableProps<R, K, W>,
) {
  const grid = useGrid(props);
  const { scroller, rows, cursor, headRows, foot } = grid;
  const { window, matching } = rows;
  const { least } = grid.chosen;
  const look = `dt-scroll${rows.stale && window !== null ? " dt-stale" : ""}${least === null ? "" : " dt-wide"}`;
  return (
    <div class={props.maxRows === undefined ? "dt dt-fill" : "dt"}>
      <div
        role="grid"
        class={look}
        ref={scroller}
        tabIndex={0}
        style={{
          height: fixedHeight(props.maxRows, window === null ? null : matching, grid.head + foot),
          "--dt-least": least === null ? undefined : `${least}px`,
        }}
        aria-label={props.label}
        aria-rowcount={window === null ? -1 : matching + headRows + (foot > 0 ? 1 : 0)}
        aria-colcount={grid.columns.length}
        aria-activedescendant={cursor.current < 0 ? undefined : grid.rowId(cursor.current)}
        aria-busy={rows.stale}
        onKeyDown={grid.onKeyDown}
        onScroll={cursor.onScroll}
      >
        <Head props={props} grid={grid} />
        <DataTableBody
          columns={grid.columns}
          template={grid.template}
          window={window}
          rowAt={(index) => rows.row(index)}
          rowId={grid.rowId}
          headRows={headRows}
          cursor={cursor}
          onOpen={props.onOpen}
          canAsk={props.onSelect !== undefined}
        />
        <Rest props={props} grid={grid} />
      </div>
      <TableMenu
        table={props.label}
        columns={grid.chosen.offered}
        onReset={grid.chosen.reset}
        actions={tableActions(grid.all, props.label)}
      />
      {rows.error !== null && <Failed error={rows.error} onRetry={() => rows.retry()} />}
      <Pager
        stretch={cursor.stretch}
        total={matching}
        noun={props.noun[1]}
        onJump={(index) => {
          cursor.moveTo(index, "start");
          scroller.current?.focus({ preventScroll: true });
        }}
      />
    </div>
  );
}

function Head<R, K extends string, W extends Window<R>>({ props, grid }: PartProps<R, K, W>) {
  const { columns, template, query, rows, cursor, scroller } = grid;
  const { window, matching } = rows;
  return (
    <div role="rowgroup" class="dt-head">
      <DataTableHead
        columns={columns}
        sort={query.sort}
        template={template}
        onSort={props.onSort}
      />
      {grid.filterable && (
        <FilterRow
          columns={columns}
          filter={query.filter}
          error={window === null ? null : (props.filterError?.(window) ?? null)}
          rowIndex={2}
          template={template}
          onFilter={(next) => props.onFilter?.(next)}
          onLeave={() => {
            scroller.current?.focus();
            if (cursor.current < 0 && matching > 0) cursor.moveTo(0);
          }}
        />
      )}
    </div>
  );
}

/** What stands instead of rows, and the totals below them. */
function Rest<R, K extends string, W extends Window<R>>({ props, grid }: PartProps<R, K, W>) {
  const { columns, template, rows, all } = grid;
  const { window, matching } = rows;
  if (window === null) {
    if (rows.error !== null) return null;
    const skeleton = Math.min(12, props.maxRows ?? 12);
    return <Waiting columns={columns} template={template} rows={skeleton} note={props.waiting} />;
  }
  return (
    <>
      {matching === 0 && (
        <Empty
          noun={props.noun[1]}
          filter={grid.query.filter}
          onClear={() => props.onFilter?.({})}
          empty={props.empty}
        />
      )}
      {grid.foot > 0 && (
        <Totals
          columns={columns}
          template={template}
          window={window}
          totals={props.totals}
          noun={props.noun}
          rowIndex={matching + grid.headRows + 1}
          onCopy={() => void copyTable(all)}
          onExport={() => void exportTable({ ...all, name: props.label, format: "csv" })}
        />
      )}
    </>
  );
}

/** Height of a table that grows with its rows up to a limit; undefined for one that fills its parent. */
function fixedHeight(
  maxRows: number | undefined,
  matching: number | null,
  frame: number,
): string | undefined {
  if (maxRows === undefined) return undefined;
  // Room for a few rows while waiting, and for the sentence that there are none.
  const wanted = matching === null ? 3 : matching === 0 ? 2 : matching;
  return `${frame + Math.min(wanted, Math.max(2, maxRows)) * ROW_HEIGHT + 1}px`;
}

/** The rows of a source under a query, asked again whenever either changes. */
function useRows<R, K extends string, W extends Window<R>>(
  source: RowSource<R, K, W>,
  query: TableQuery<K>,
) {
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  const [rows] = useState(() => new TableRows<R, K, W>(source.fetch));
  useLayoutEffect(() => rows.subscribe(() => redraw(0)), [rows]);
  const question = JSON.stringify([source.key, query]);
  // The question stands for source and query, which are new objects at every render.
  useLayoutEffect(() => rows.ask(query, source.fetch), [rows, question]);
  return rows;
}
