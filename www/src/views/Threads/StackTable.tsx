import { BarCell } from "../../components/BarCell";
import type { Column } from "../../components/DataTableColumns";
import { Count, Size } from "../../components/Figures";
import { PlacedTable } from "../../components/PlacedTable";
import { RouteLink } from "../../components/RouteLink";
import type { StackKey, StackRow, StackWindow, TableQuery } from "../../engine/protocol";
import { formatCount, plural, visibleName, visibleText } from "../../lib/format";
import { navigate, type Route, THREADS } from "../../state/route";
import { engine } from "../../state/session";

type StackColumn = Column<StackRow, StackKey, StackWindow>;
type StacksRoute = Extract<Route, { view: "stacks" }>;

/** The threads with that stack. */
const threadsOf = (row: StackRow): Route => ({
  ...THREADS,
  filter: { stack: String(row.stack) },
});

const ask = (query: TableQuery<StackKey>) => engine().stacks(query);

/** The different stacks, each with how many threads have it. */
export function StackTable({ place }: { place: StacksRoute }) {
  return (
    <PlacedTable
      label="Threads by stack"
      place={place}
      ask={ask}
      columns={COLUMNS}
      noun={["stack", "stacks"]}
      totals={(window) => ({
        threads: <Count of={window.threads} />,
        retained: <Size bytes={window.retained} />,
      })}
      onOpen={(row) => navigate(threadsOf(row))}
      memory="stacks"
      autoFocus
    />
  );
}

const where = (row: StackRow) =>
  row.frames === 0 ? "no stack" : visibleName(row.ownCode ?? row.top ?? "?");

const COLUMNS: readonly StackColumn[] = [
  {
    key: "ownCode",
    title: "First own frame",
    hint: "The topmost method that is not of the Java platform; without one the top frame.",
    sortable: true,
    filter: "method",
    width: 150,
    grow: 1.4,
    cell: (row) => (
      <span class={row.failed ? "hot" : undefined} title={where(row)}>
        {where(row)}
      </span>
    ),
    text: where,
  },
  {
    key: "threads",
    title: "Threads",
    hint: "Threads that have this stack, frame by frame.",
    numeric: true,
    sortable: true,
    filter: ">10",
    width: 76,
    cell: (row) => (
      <RouteLink
        class="clip"
        to={threadsOf(row)}
        tabIndex={-1}
        title={`${plural(row.threads, "thread")}, ${formatCount(row.virtualThreads)} of them virtual`}
      >
        <span class="num">{formatCount(row.threads)}</span>
      </RouteLink>
    ),
    text: (row) => String(row.threads),
  },
  {
    key: "top",
    title: "Top frame",
    hint: "The method at the top of the stack.",
    sortable: true,
    filter: "method",
    width: 116,
    grow: 1,
    hideBelow: 560,
    cell: (row) => (
      <span class="soft" title={visibleName(row.top ?? "No stack")}>
        {visibleName(row.top ?? "–")}
      </span>
    ),
    text: (row) => visibleName(row.top ?? ""),
  },
  {
    key: "state",
    title: "State",
    hint: "What all of these threads were doing; nothing where they differ.",
    sortable: true,
    filter: "state",
    width: 110,
    grow: 0.6,
    hideBelow: 440,
    cell: (row) => (
      <span class="soft" title={row.state ?? "Different states"}>
        {row.state ?? "different"}
      </span>
    ),
    text: (row) => row.state ?? "",
  },
  {
    key: "frames",
    title: "Frames",
    hint: "Frames of the stack.",
    numeric: true,
    sortable: true,
    filter: ">0",
    width: 62,
    hideBelow: 706,
    cell: (row) => <Count of={row.frames} />,
    text: (row) => String(row.frames),
  },
  {
    key: "retained",
    title: "Retained",
    hint: "Sum of the retained sizes of these threads. Threads that run are GC roots, so that none holds another.",
    numeric: true,
    sortable: true,
    filter: ">1M",
    width: 104,
    grow: 0.3,
    cell: ({ retained }, { maxRetained }) => (
      <BarCell share={maxRetained && retained ? retained / maxRetained : 0}>
        <Size bytes={retained} />
      </BarCell>
    ),
    text: (row) => String(row.retained ?? ""),
  },
  {
    key: "largestLocal",
    title: "Max local",
    hint: "Retained size of the local variable that retains most, over all of these threads.",
    numeric: true,
    sortable: true,
    filter: ">1M",
    width: 84,
    hideBelow: 650,
    cell: ({ largestLocal }) =>
      largestLocal === null ? <span class="muted">–</span> : <Size bytes={largestLocal} />,
    text: (row) => String(row.largestLocal ?? ""),
  },
  {
    key: "names",
    title: "Names",
    hint: "Names of the first of these threads.",
    sortable: true,
    filter: "name",
    width: 110,
    grow: 1,
    hideBelow: 820,
    cell: (row) => {
      const names = row.names.map((name) => visibleText(name, 60)).join(", ");
      return (
        <span class="soft" title={names}>
          {names}
        </span>
      );
    },
    text: (row) => row.names.map((name) => visibleText(name)).join(", "),
  },
];
