import { BarCell } from "../../components/BarCell";
import type { Column } from "../../components/DataTableColumns";
import { Count, Size } from "../../components/Figures";
import { PlacedTable } from "../../components/PlacedTable";
import { RouteLink } from "../../components/RouteLink";
import type { TableQuery, ThreadKey, ThreadRow, ThreadWindow } from "../../engine/protocol";
import { visibleName, visibleText } from "../../lib/format";
import { definition } from "../../lib/glossary";
import { navigate, type Route, threadRoute } from "../../state/route";
import { engine, select } from "../../state/session";

type ThreadColumn = Column<ThreadRow, ThreadKey, ThreadWindow>;
type ThreadsRoute = Extract<Route, { view: "threads" }>;

const ask = (query: TableQuery<ThreadKey>) => engine().threads(query);

/** Threads one by one; filter and order are in the address. */
export function ThreadTable({ place }: { place: ThreadsRoute }) {
  return (
    <PlacedTable
      label="Threads"
      place={place}
      ask={ask}
      columns={COLUMNS}
      noun={["thread", "threads"]}
      totals={(window) => ({
        shallow: <Size bytes={window.shallow} />,
        retained: <Size bytes={window.retained} />,
      })}
      onSelect={(row) => row.row !== null && select(row.row)}
      onOpen={(row) => {
        if (row.row !== null) select(row.row);
        navigate(threadRoute(row));
      }}
      memory="threads"
      autoFocus
      empty={<p class="soft">This dump holds no thread, no stack and no thread object.</p>}
    />
  );
}

/** What a thread is called; one without a name by its number. */
export function threadName(row: ThreadRow): string {
  if (row.name !== null && row.name !== "") return visibleText(row.name, 120);
  if (row.row === null) return `stack ${row.trace ?? "?"} without a thread`;
  return `${row.isVirtual ? "virtual thread" : "thread"} #${row.id ?? row.row.address}`;
}

/** "virtual", "daemon" or nothing, behind the name. */
export function kindText(row: ThreadRow): string {
  if (row.row === null) return "unknown";
  if (row.isVirtual) return "virtual";
  return row.daemon === true ? "daemon" : "platform";
}

const LARGEST_LOCAL =
  "Retained size of the local variable that retains most, the thread itself apart. A local that others hold too retains little of the thread.";

const COLUMNS: readonly ThreadColumn[] = [
  {
    key: "name",
    title: "Thread",
    hint: "Name of the thread; orange when it was throwing OutOfMemoryError.",
    sortable: true,
    filter: "name or /regex/",
    width: 150,
    grow: 2,
    cell: (row) => (
      <RouteLink class="clip" to={threadRoute(row)} tabIndex={-1} title={threadName(row)}>
        <span class={row.failed ? "hot" : undefined}>{threadName(row)}</span>
      </RouteLink>
    ),
    text: threadName,
  },
  {
    key: "state",
    title: "State",
    hint: "Thread.State when the dump was taken, and how it waits. Of virtual threads as Thread.getState() tells it.",
    sortable: true,
    filter: "state",
    width: 96,
    grow: 0.6,
    cell: (row) => (
      <span class="soft" title={row.stateText}>
        {row.stateText}
      </span>
    ),
    text: (row) => row.stateText,
  },
  {
    key: "top",
    title: "Top frame",
    hint: "The method at the top of the stack.",
    sortable: true,
    filter: "method",
    width: 120,
    grow: 1.4,
    hideBelow: 560,
    cell: (row) => (
      <span class="soft" title={row.top === null ? "No stack" : visibleName(row.top)}>
        {row.top === null ? "–" : visibleName(row.top)}
      </span>
    ),
    text: (row) => visibleName(row.top ?? ""),
  },
  {
    key: "frames",
    title: "Frames",
    hint: "Frames of the stack.",
    numeric: true,
    sortable: true,
    filter: ">0",
    width: 60,
    hideBelow: 710,
    cell: (row) => <Count of={row.frames} />,
    text: (row) => String(row.frames),
  },
  {
    key: "kind",
    title: "Kind",
    hint: "Platform or virtual. Daemon threads do not keep the JVM from ending; virtual ones are always daemons.",
    sortable: true,
    filter: "virtual",
    width: 74,
    hideBelow: 440,
    cell: (row) => <span class="soft">{kindText(row)}</span>,
    text: kindText,
  },
  {
    key: "priority",
    title: "Prio",
    hint: "Priority, 1 to 10; virtual threads have none of their own.",
    numeric: true,
    sortable: true,
    filter: ">5",
    width: 52,
    hideBelow: 960,
    cell: (row) => <span class="num">{row.priority ?? "–"}</span>,
    text: (row) => String(row.priority ?? ""),
  },
  {
    key: "shallow",
    title: "Shallow",
    hint: definition("shallow"),
    numeric: true,
    sortable: true,
    filter: ">1K",
    width: 76,
    hideBelow: 790,
    cell: (row) => <Size bytes={row.row?.shallow ?? null} />,
    text: (row) => String(row.row?.shallow ?? ""),
  },
  {
    key: "retained",
    title: "Retained",
    hint: "Bytes that would be freed with the thread: itself, and what only its fields and local variables lead to.",
    numeric: true,
    sortable: true,
    filter: ">1M",
    width: 96,
    grow: 0.3,
    cell: ({ row }, { maxRetained }) => (
      <BarCell share={maxRetained && row?.retained ? row.retained / maxRetained : 0}>
        <Size bytes={row?.retained ?? null} />
      </BarCell>
    ),
    text: ({ row }) => String(row?.retained ?? ""),
  },
  {
    key: "largestLocal",
    title: "Max local",
    hint: LARGEST_LOCAL,
    numeric: true,
    sortable: true,
    filter: ">1M",
    width: 90,
    grow: 0.3,
    hideBelow: 650,
    cell: ({ largestLocal }, { maxLocal }) =>
      largestLocal === null ? (
        <span class="muted" title="No local variables">
          –
        </span>
      ) : (
        <BarCell share={maxLocal ? largestLocal / maxLocal : 0}>
          <Size bytes={largestLocal} />
        </BarCell>
      ),
    text: (row) => String(row.largestLocal ?? ""),
  },
  {
    key: "loader",
    title: "Context loader",
    hint: "Context class loader: of which application the thread is.",
    sortable: true,
    filter: "loader",
    width: 110,
    grow: 0.7,
    hideBelow: 900,
    cell: ({ loader }) =>
      loader === null ? (
        <span class="muted">–</span>
      ) : (
        <RouteLink
          class="clip"
          to={{ view: "object", address: loader.address }}
          tabIndex={-1}
          title={visibleName(loader.name)}
        >
          {visibleName(loader.name)}
        </RouteLink>
      ),
    text: ({ loader }) => visibleName(loader?.name ?? ""),
  },
  {
    key: "group",
    title: "Group",
    hint: "Thread group.",
    sortable: true,
    filter: "group",
    width: 70,
    grow: 0.2,
    hideBelow: 1030,
    cell: (row) => <span class="soft">{visibleText(row.group ?? "–", 60)}</span>,
    text: (row) => visibleText(row.group ?? ""),
  },
];
