import type { HistogramKey, TableQuery } from "../../engine/protocol";
import { formatShare } from "../../lib/format";
import { definition } from "../../lib/glossary";
import { forest } from "../../state/forest";
import { DEFAULT_UNREACHABLE_SORT, type Route } from "../../state/route";
import { engine, facts } from "../../state/session";
import {
  type ClassColumn,
  ClassTable,
  INSTANCES,
  LOADER,
  NAME,
  retainedColumn,
  SHALLOW,
} from "../Histogram/ClassTable";

type ClassesRoute = Extract<Route, { view: "unreachable" }>;

const ask = (query: TableQuery<HistogramKey>) => engine().unreachableHistogram(query);

/** The classes of what no GC root reaches. */
export function DeadClasses({ route: place }: { route: ClassesRoute }) {
  const isForestKnown = forest.value.phase === "ready";
  // Without the forest there is no such column: its place in the order is taken by the next best thing.
  const order =
    place.sort.key === "retained" && !isForestKnown ? DEFAULT_UNREACHABLE_SORT : place.sort;
  return (
    <ClassTable
      label="Unreachable objects by class"
      place={place}
      ask={ask}
      columns={isForestKnown ? COLUMNS : COLUMNS.filter((column) => column.key !== "retained")}
      sort={order}
      shareText={shareOfDead}
    />
  );
}

function shareOfDead(bytes: number): string {
  const all = facts.value?.unreachableBytes ?? 0;
  return all === 0 ? "" : `, ${formatShare(bytes / all)} of what is unreachable`;
}

const COLUMNS: readonly ClassColumn[] = [
  NAME,
  {
    ...INSTANCES,
    hint: "Number of objects of exactly this class that no GC root reaches.",
  },
  {
    ...SHALLOW,
    hint: `${definition("shallow")} Those of the unreachable objects of the class, added up.`,
  },
  retainedColumn(
    `${definition("retainedUnreachable")} At least; sizes of different classes overlap.`,
    shareOfDead,
  ),
  LOADER,
];
