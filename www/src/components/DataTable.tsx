import type { ComponentChildren } from "preact";
import { useEffect, useId, useLayoutEffect, useReducer, useRef, useState } from "preact/hooks";
import type { SortKey, Window } from "../engine/protocol";
import { useHotkey } from "../lib/hotkeys";
import { type Column, fittingColumns, gridTemplate } from "./DataTableColumns";
import { copyRow, copyTable, exportTable } from "./DataTableCopy";
import { DataTableHead } from "./DataTableHead";
import { recall, remember } from "./DataTableMemory";
import { Empty, Failed, Skeleton, Totals, Waiting } from "./DataTableParts";
import { type FetchRows, type TableQuery, TableRows } from "./DataTableRows";
import { focusOnArrival, useVirtualRows, useWidth } from "./DataTableVirtual";
import { moveCursor, ROW_HEIGHT, stretchAt } from "./DataTableWindow";
import { type FilterError, FilterRow } from "./FilterRow";
import { Pager } from "./Pager";
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
  /** Follows the cursor at once. */
  onSelect?: (row: R) => void;
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

const HEAD = 26;
const FILTER = 30;
const FOOT = 26;

/** Where the reader was, and in which order and filter that was. */
interface Place {
  asked: string;
  cursor: number;
  offset: number;
}

/** The place remembered under a name, if the question is still the same; changes to it are remembered, too. */
function placeOf(memory: string | undefined, asked: string): Place {
  const known = memory === undefined ? undefined : recall<Place>(memory);
  const place = known?.asked === asked ? known : { asked, cursor: -1, offset: 0 };
  if (memory !== undefined) remember(memory, place);
  return place;
}

/**
 * A long table: rows come in windows from the engine, only those on screen are in the document, and the focus stays on
 * the grid while `aria-activedescendant` names the current row, so that recycled rows never lose it.
 */
export function DataTable<R, K extends string, W extends Window<R>>(props: DataTableProps<R, K, W>) {
  const { columns: allColumns, source, noun, onSelect, onOpen } = props;
  const sort = props.sort ?? null;
  const filter = props.filter ?? {};
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const width = useWidth(scroller);
  const columns = fittingColumns(allColumns, width);
  const template = gridTemplate(columns);
  const rows = useRows(source, { sort, filter });
  const { window, matching } = rows;

  const asked = JSON.stringify([sort, filter]);
  const [place] = useState(() => placeOf(props.memory, asked));
  const [cursor, setCursor] = useState(place.cursor);
  const [first, setFirst] = useState(() => Math.max(0, cursor));
  const stretch = stretchAt(first, matching);
  const filterable = props.onFilter !== undefined && columns.some((column) => column.filter !== undefined);
  const head = filterable ? HEAD + FILTER : HEAD;
  const foot = props.totals === undefined ? 0 : FOOT;
  const virtual = useVirtualRows({ count: stretch.count, scroller, head, foot });
  rows.look(stretch.first + virtual.first, stretch.first + virtual.last);

  // A row that was moved to before it arrived is selected when it does.
  const toSelect = useRef(-1);
  useEffect(() => {
    const row = toSelect.current < 0 ? undefined : rows.row(toSelect.current);
    if (row === undefined) return;
    toSelect.current = -1;
    onSelect?.(row);
  });
  const reveal = useRef<{ index: number; align: "auto" | "start" } | null>(null);
  useLayoutEffect(() => {
    if (reveal.current === null) return;
    const { index, align } = reveal.current;
    reveal.current = null;
    virtual.reveal(index - stretch.first, align);
  });
  const moveTo = (index: number, align: "auto" | "start" = "auto") => {
    place.cursor = index;
    toSelect.current = index;
    reveal.current = { index, align };
    setFirst(index);
    setCursor(index);
  };

  // Another order or filter starts from the top; the place left behind is taken up again.
  useLayoutEffect(() => {
    if (place.asked === asked) return;
    Object.assign(place, { asked, cursor: -1, offset: 0 });
    setCursor(-1);
    setFirst(0);
    if (scroller.current !== null) scroller.current.scrollTop = 0;
  }, [asked]);
  const settled = useRef(false);
  useLayoutEffect(() => {
    if (settled.current || window === null || scroller.current === null) return;
    settled.current = true;
    if (place.offset > 0) scroller.current.scrollTop = place.offset;
    if (props.autoFocus === true) focusOnArrival(scroller.current);
  });

  useHotkey("filter", () => focusFilter(scroller.current), filterable);
  const current = cursor >= 0 && cursor < matching ? cursor : -1;
  const all = { columns: allColumns, fetch: source.fetch, query: { sort, filter }, noun };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target instanceof HTMLInputElement || event.target instanceof HTMLButtonElement) return;
    if (event.altKey) return;
    const command = event.ctrlKey || event.metaKey;
    const row = current < 0 ? undefined : rows.row(current);
    const target = command ? null : moveCursor(event.key, current, matching, virtual.pageRows);
    if (target !== null) moveTo(target);
    else if (event.key === "Enter" && row !== undefined && !command) onOpen?.(row);
    else if (event.key === " " && row !== undefined && !command) onSelect?.(row);
    else if (event.key === "c" && row !== undefined && !command) copyRow(allColumns, row);
    else if (event.key === "c" && command && getSelection()?.isCollapsed !== false)
      void copyTable(all);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const headRows = filterable ? 2 : 1;
  const known = window === null ? Math.min(3, props.maxRows ?? 0) : matching;
  const shownRows = Math.max(window === null || matching > 0 ? 1 : 2, Math.min(known, props.maxRows ?? 0));
  const height = props.maxRows === undefined ? undefined : `${head + foot + shownRows * ROW_HEIGHT + 1}px`;
  const rowId = (index: number) => `${id}-${index}`;
  return (
    <div class={props.maxRows === undefined ? "dt dt-fill" : "dt"}>
      <div
        role="grid"
        class={rows.stale && window !== null ? "dt-scroll dt-stale" : "dt-scroll"}
        ref={scroller}
        tabIndex={0}
        style={{ height }}
        aria-label={props.label}
        aria-rowcount={window === null ? -1 : matching + headRows + (foot > 0 ? 1 : 0)}
        aria-colcount={columns.length}
        aria-activedescendant={current < 0 ? undefined : rowId(current)}
        aria-busy={rows.stale}
        onKeyDown={onKeyDown}
        onScroll={(event) => {
          if (settled.current) place.offset = event.currentTarget.scrollTop;
        }}
      >
        <div role="rowgroup" class="dt-head">
          <DataTableHead columns={columns} sort={sort} template={template} onSort={props.onSort} />
          {filterable && (
            <FilterRow
              columns={columns}
              filter={filter}
              error={window === null ? null : (props.filterError?.(window) ?? null)}
              rowIndex={2}
              template={template}
              onFilter={(next) => props.onFilter?.(next)}
              onLeave={() => {
                scroller.current?.focus();
                if (current < 0 && matching > 0) moveTo(0);
              }}
            />
          )}
        </div>
        <div role="rowgroup" class="dt-body" style={{ height: `${virtual.height}px` }}>
          {virtual.items.map((item) => {
            const index = stretch.first + item.index;
            const row = rows.row(index);
            return (
              <div
                role="row"
                key={index}
                id={rowId(index)}
                class="dt-row dt-data"
                aria-rowindex={index + headRows + 1}
                aria-selected={index === current}
                style={{ gridTemplateColumns: template, transform: `translateY(${item.index * ROW_HEIGHT}px)` }}
                onClick={(event) => {
                  if (isLink(event.target)) place.cursor = index;
                  else moveTo(index);
                }}
                onDblClick={() => row !== undefined && onOpen?.(row)}
              >
                {columns.map((column, i) => (
                  <div
                    role="gridcell"
                    key={column.key}
                    aria-colindex={i + 1}
                    class={column.numeric === true ? "dt-cell dt-num" : "dt-cell"}
                  >
                    {row === undefined || window === null ? <Skeleton seed={index + i} /> : column.cell(row, window)}
                  </div>
                ))}
              </div>
            );
          })}
        </div>
        {window === null && rows.error === null && <Waiting columns={columns} template={template} rows={Math.min(12, props.maxRows ?? 12)} note={props.waiting} />}
        {matching === 0 && window !== null && (
          <Empty noun={noun[1]} filter={filter} onClear={() => props.onFilter?.({})} empty={props.empty} />
        )}
        {foot > 0 && window !== null && (
          <Totals
            columns={columns}
            template={template}
            window={window}
            totals={props.totals}
            noun={noun}
            rowIndex={matching + headRows + 1}
            onCopy={() => void copyTable(all)}
            onExport={() => void exportTable({ ...all, name: props.label })}
          />
        )}
      </div>
      {rows.error !== null && <Failed error={rows.error} onRetry={() => rows.retry()} />}
      <Pager stretch={stretch} total={matching} noun={noun[1]} onJump={(index) => moveTo(index, "start")} />
    </div>
  );
}

/** The rows of a source under a query, asked again whenever either changes. */
function useRows<R, K extends string, W extends Window<R>>(source: RowSource<R, K, W>, query: TableQuery<K>) {
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  const [rows] = useState(() => new TableRows<R, K, W>(source.fetch));
  useLayoutEffect(() => rows.subscribe(() => redraw(0)), [rows]);
  const question = JSON.stringify([source.key, query]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the question stands for source and query
  useLayoutEffect(() => rows.ask(query, source.fetch), [rows, question]);
  return rows;
}

/** A click on a link goes there; it does not also select the row. */
function isLink(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("a, button") !== null;
}

function focusFilter(grid: HTMLElement | null): void {
  const field = grid?.querySelector<HTMLInputElement>("input[data-filter]");
  field?.focus();
  field?.select();
}
