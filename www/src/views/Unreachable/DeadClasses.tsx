import { useMemo } from "preact/hooks";
import { BarCell } from "../../components/BarCell";
import { DataTable, type RowSource } from "../../components/DataTable";
import type { Column } from "../../components/DataTableColumns";
import { Count, Size } from "../../components/Figures";
import { ClassLink } from "../../components/ObjectLink";
import type { HistogramKey, HistogramRow, HistogramWindow } from "../../engine/protocol";
import { exactBytes, formatBytes, formatShare, visibleText } from "../../lib/format";
import { definition } from "../../lib/glossary";
import { forest } from "../../state/forest";
import { classRoute, DEFAULT_UNREACHABLE_SORT, navigate, type Route } from "../../state/route";
import { engine, epoch, facts, select } from "../../state/session";
import { loaderName } from "../Histogram/Histogram";

type ClassesRoute = Extract<Route, { view: "unreachable" }>;
type DeadColumn = Column<HistogramRow, HistogramKey, HistogramWindow>;

const classRef = (row: HistogramRow) => ({ class: row.class, name: row.name });

/** The classes of what no GC root reaches. */
export function DeadClasses({ route: place }: { route: ClassesRoute }) {
  const go = (change: Partial<ClassesRoute>) =>
    navigate({ ...place, ...change }, { replace: true });
  const isForestKnown = forest.value.phase === "ready";
  // Without the forest there is no such column: its place in the order is taken by the next best thing.
  const order =
    place.sort.key === "retained" && !isForestKnown ? DEFAULT_UNREACHABLE_SORT : place.sort;
  const key = String(epoch.value);
  const source = useMemo<RowSource<HistogramRow, HistogramKey, HistogramWindow>>(
    () => ({
      key,
      fetch: (query, start, count) =>
        engine().unreachableHistogram({
          sort: query.sort ?? DEFAULT_UNREACHABLE_SORT,
          filter: query.filter,
          start,
          count,
        }),
    }),
    [key],
  );
  return (
    <DataTable
      label="Unreachable objects by class"
      columns={isForestKnown ? COLUMNS : COLUMNS.filter((column) => column.key !== "retained")}
      source={source}
      sort={order}
      onSort={(sort) => go({ sort })}
      filter={place.filter}
      onFilter={(filter) => go({ filter })}
      filterError={(window) => window.filterError}
      noun={["class", "classes"]}
      totals={(window) => ({
        instances: <Count of={window.instances} />,
        shallow: (
          <span title={`${exactBytes(window.shallow)}${shareOfDead(window.shallow)}`}>
            {formatBytes(window.shallow)}
          </span>
        ),
      })}
      onSelect={(row) => select(classRef(row))}
      onOpen={(row) => {
        select(classRef(row));
        navigate(classRoute(row.name, row.class));
      }}
      memory="unreachable"
      autoFocus
    />
  );
}

function shareOfDead(bytes: number): string {
  const all = facts.value?.unreachableBytes ?? 0;
  return all === 0 ? "" : `, ${formatShare(bytes / all)} of what is unreachable`;
}

const COLUMNS: readonly DeadColumn[] = [
  {
    key: "name",
    title: "Class",
    hint: "Java class, array types included. Packages are cut from the left when room is short.",
    sortable: true,
    filter: "name or /regex/",
    width: 150,
    grow: 3,
    cell: (row) => <ClassLink of={classRef(row)} tabIndex={-1} />,
    text: (row) => row.name,
  },
  {
    key: "instances",
    title: "Objects",
    hint: "Number of objects of exactly this class that no GC root reaches.",
    numeric: true,
    sortable: true,
    filter: ">1000",
    width: 92,
    grow: 0.25,
    hideBelow: 364,
    cell: (row) => <Count of={row.instances} />,
    text: (row) => String(row.instances),
  },
  {
    key: "shallow",
    title: "Shallow",
    hint: `${definition("shallow")} Those of the unreachable objects of the class, added up.`,
    numeric: true,
    sortable: true,
    filter: ">1M",
    width: 104,
    grow: 0.5,
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
    hint: `${definition("retainedUnreachable")} At least; sizes of different classes overlap.`,
    numeric: true,
    sortable: true,
    filter: ">5%",
    width: 122,
    grow: 0.5,
    cell: (row, window) => (
      <BarCell share={window.maxRetained ? (row.retained ?? 0) / window.maxRetained : 0}>
        <span title={`At least ${exactBytes(row.retained ?? 0)}${shareOfDead(row.retained ?? 0)}`}>
          <span class="muted">≥ </span>
          {formatBytes(row.retained ?? 0)}
        </span>
      </BarCell>
    ),
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
      <span class="soft" title={visibleText(row.loader, 400)}>
        {loaderName(visibleText(row.loader, 400))}
      </span>
    ),
    text: (row) => row.loader,
  },
];
