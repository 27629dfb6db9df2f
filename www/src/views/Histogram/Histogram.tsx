import { useMemo } from "preact/hooks";
import { BarCell, Computing } from "../../components/BarCell";
import { DataTable, type RowSource } from "../../components/DataTable";
import type { Column } from "../../components/DataTableColumns";
import { Count, Size, Unknown } from "../../components/Figures";
import { ClassLink } from "../../components/ObjectLink";
import type { HistogramKey, HistogramRow, HistogramWindow } from "../../engine/protocol";
import {
  exactBytes,
  formatBytes,
  formatShare,
  plural,
  simpleName,
  visibleName,
} from "../../lib/format";
import { definition } from "../../lib/glossary";
import { classRoute, DEFAULT_HISTOGRAM_SORT, navigate, type Route } from "../../state/route";
import { engine, epoch, facts, lacks, phase, select } from "../../state/session";
import "./Histogram.css";

type HistogramRoute = Extract<Route, { view: "histogram" }>;

const classRef = (row: HistogramRow) => ({ class: row.class, name: row.name });

/** All classes with their objects and sizes; readable from the end of the scan on. */
export function Histogram({ route: place }: { route: HistogramRoute }) {
  const { sort, filter } = place;
  const go = (change: Partial<HistogramRoute>) =>
    navigate({ ...place, ...change }, { replace: true });
  const loading = phase.value === "loading";
  const unknown = lacks("classRetained");
  // While there are no retained sizes, their place in the order is taken by the next best thing.
  const order =
    (loading || unknown) && sort.key === "retained" ? { ...sort, key: "shallow" as const } : sort;
  const key = String(epoch.value);
  const source = useMemo<RowSource<HistogramRow, HistogramKey, HistogramWindow>>(
    () => ({
      key,
      fetch: (query, start, count) =>
        engine().histogram({
          sort: query.sort ?? DEFAULT_HISTOGRAM_SORT,
          filter: query.filter,
          start,
          count,
        }),
    }),
    [key],
  );
  return (
    <section class="view-table" aria-labelledby="histogram-title">
      <header class="view-head">
        <h1 id="histogram-title" tabIndex={-1}>
          Class histogram
        </h1>
        <p class="soft">
          {loading
            ? "Objects and shallow sizes are final; retained sizes follow when the dump is read."
            : unknown
              ? "Objects and shallow sizes of every class. Memory did not suffice for retained sizes."
              : "Every class with its reachable objects. Retained sizes are minimums: what would surely be freed."}
        </p>
      </header>
      <DataTable
        label="Class histogram"
        columns={COLUMNS}
        source={source}
        sort={order}
        onSort={(next) => go({ sort: next })}
        filter={filter}
        onFilter={(next) => go({ filter: next })}
        filterError={(window) => window.filterError}
        noun={["class", "classes"]}
        totals={(window) => ({
          instances: <Count of={window.instances} />,
          shallow: (
            <span title={`${exactBytes(window.shallow)}${shareOfHeap(window.shallow)}`}>
              {formatBytes(window.shallow)}
            </span>
          ),
        })}
        onSelect={(row) => select(classRef(row))}
        onOpen={(row) => {
          select(classRef(row));
          navigate(classRoute(row.name, row.class));
        }}
        memory="histogram"
        autoFocus
      />
    </section>
  );
}

function RetainedCell({ row, window }: { row: HistogramRow; window: HistogramWindow }) {
  if (row.retained === null)
    return lacks("classRetained") ? <Unknown /> : <Computing what="Retained size" />;
  return (
    <BarCell share={window.maxRetained ? row.retained / window.maxRetained : 0}>
      <span title={`At least ${exactBytes(row.retained)}${shareOfHeap(row.retained)}`}>
        <span class="muted">≥ </span>
        {formatBytes(row.retained)}
      </span>
    </BarCell>
  );
}

function shareOfHeap(bytes: number): string {
  const heap = facts.value?.usedHeap ?? 0;
  return heap === 0 ? "" : `, ${formatShare(bytes / heap)} of the used heap`;
}

/** The loader's class without its package; "<system class loader>" without its brackets. */
export function loaderName(loader: string): string {
  return loader.startsWith("<") && loader.endsWith(">") ? loader.slice(1, -1) : simpleName(loader);
}

/** The number of objects, and on hover those that nothing reaches. */
function instancesTitle(row: HistogramRow): string | undefined {
  if (row.unreachable === 0) return undefined;
  return `Besides these ${plural(row.unreachable, "unreachable object")} of ${formatBytes(row.unreachableShallow)}`;
}

const COLUMNS: readonly Column<HistogramRow, HistogramKey, HistogramWindow>[] = [
  {
    key: "name",
    title: "Class",
    hint: "Java class, array types included. Packages are cut from the left when room is short.",
    sortable: true,
    filter: "name or /regex/",
    width: 150,
    grow: 3,
    cell: (row) => <ClassLink of={classRef(row)} tabIndex={-1} />,
    text: (row) => visibleName(row.name),
  },
  {
    key: "instances",
    title: "Objects",
    hint: definition("instances"),
    numeric: true,
    sortable: true,
    filter: ">1000",
    width: 92,
    grow: 0.25,
    hideBelow: 364,
    cell: (row) => (
      <span title={instancesTitle(row)}>
        <Count of={row.instances} />
      </span>
    ),
    text: (row) => String(row.instances),
  },
  {
    key: "shallow",
    title: "Shallow",
    hint: definition("shallow"),
    numeric: true,
    sortable: true,
    filter: ">1M",
    width: 104,
    grow: 0.5,
    hideBelow: 468,
    cell: (row, window) => (
      <BarCell share={window.maxShallow > 0 ? row.shallow / window.maxShallow : 0}>
        <Size bytes={row.shallow} />
      </BarCell>
    ),
    text: (row) => String(row.shallow),
  },
  {
    key: "retained",
    title: "Retained",
    hint: `${definition("retainedClass")} Sizes of different classes overlap.`,
    numeric: true,
    sortable: true,
    filter: ">5%",
    width: 122,
    grow: 0.5,
    cell: (row, window) => <RetainedCell row={row} window={window} />,
    text: (row) => (row.retained === null ? "" : String(row.retained)),
  },
  {
    key: "loader",
    title: "Class loader",
    hint: definition("classLoader"),
    sortable: true,
    filter: "loader",
    width: 110,
    grow: 1,
    hideBelow: 620,
    cell: (row) => (
      <span class="soft" title={visibleName(row.loader)}>
        {loaderName(visibleName(row.loader))}
      </span>
    ),
    text: (row) => visibleName(row.loader),
  },
];
