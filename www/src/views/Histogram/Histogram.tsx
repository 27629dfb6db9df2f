import { Count } from "../../components/Figures";
import { GroupBy } from "../../components/GroupBy";
import type { HistogramKey, HistogramRow, TableQuery } from "../../engine/protocol";
import { formatBytes, formatShare, plural } from "../../lib/format";
import { definition } from "../../lib/glossary";
import type { Route } from "../../state/route";
import { engine, facts, lacks, phase } from "../../state/session";
import {
  type ClassColumn,
  ClassTable,
  INSTANCES,
  LOADER,
  NAME,
  retainedColumn,
  SHALLOW,
} from "./ClassTable";
import "./Histogram.css";

type HistogramRoute = Extract<Route, { view: "histogram" }>;

const ask = (query: TableQuery<HistogramKey>) => engine().histogram(query);

/** All classes with their objects and sizes; readable from the end of the scan on. */
export function Histogram({ route: place }: { route: HistogramRoute }) {
  const { sort } = place;
  const loading = phase.value === "loading";
  const unknown = lacks("classRetained");
  // While there are no retained sizes, their place in the order is taken by the next best thing.
  const order =
    (loading || unknown) && sort.key === "retained" ? { ...sort, key: "shallow" as const } : sort;
  return (
    <section class="view-table" aria-labelledby="histogram-title">
      <header class="view-head">
        <h1 id="histogram-title" tabIndex={-1}>
          Class histogram
        </h1>
        <GroupBy place={place} />
        <p class="soft">
          {loading
            ? "Objects and shallow sizes are final; retained sizes follow when the dump is read."
            : unknown
              ? "Objects and shallow sizes of every class. Memory did not suffice for retained sizes."
              : "Every class with its reachable objects. Retained sizes are minimums: what would surely be freed."}
        </p>
      </header>
      <ClassTable
        label="Class histogram"
        place={place}
        ask={ask}
        columns={COLUMNS}
        sort={order}
        shareText={shareOfHeap}
      />
    </section>
  );
}

function shareOfHeap(bytes: number): string {
  const heap = facts.value?.usedHeap ?? 0;
  return heap === 0 ? "" : `, ${formatShare(bytes / heap)} of the used heap`;
}

/** The number of objects, and on hover those that nothing reaches. */
function instancesTitle(row: HistogramRow): string | undefined {
  if (row.unreachable === 0) return undefined;
  return `Besides these ${plural(row.unreachable, "unreachable object")} of ${formatBytes(row.unreachableShallow)}`;
}

const COLUMNS: readonly ClassColumn[] = [
  NAME,
  {
    ...INSTANCES,
    cell: (row) => (
      <span title={instancesTitle(row)}>
        <Count of={row.instances} />
      </span>
    ),
  },
  { ...SHALLOW, hideBelow: 468 },
  retainedColumn(`${definition("retainedClass")} Sizes of different classes overlap.`, shareOfHeap),
  LOADER,
];
