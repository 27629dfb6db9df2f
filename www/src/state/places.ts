/** The places of the page. Objects are named by their HPROF address, so that a link works again after the same file is loaded anew. */
import type {
  Address,
  ClassIndex,
  DominatedKey,
  DuplicateKey,
  HistogramKey,
  QueryWindowSort,
  SortKey,
  StackKey,
  ThreadKey,
} from "../engine/protocol";
import type { TablePlace } from "./tablePlace";

export type HistogramFilter = Partial<Record<HistogramKey, string>>;

export type Route =
  | { view: "overview" }
  | { view: "suspects"; rank: number | null }
  | { view: "outside" }
  | { view: "histogram"; filter: HistogramFilter; sort: SortKey<HistogramKey> }
  | { view: "class"; name: string; id: ClassIndex }
  /** Without filter and order: as the tree is kept. */
  | ({ view: "dominators"; expanded: Address | null } & Partial<TablePlace<DominatedKey>>)
  /** The dominator tree drawn as areas, from an object down; null: from the top. */
  | { view: "map"; root: Address | null }
  | { view: "object"; address: Address }
  | { view: "unreachable"; filter: HistogramFilter; sort: SortKey<HistogramKey> }
  | { view: "forest"; expanded: Address | null }
  | { view: "questions" }
  | QueryRoute
  | ({ view: "threads" } & TablePlace<ThreadKey>)
  | ({ view: "stacks" } & TablePlace<StackKey>)
  /** An address, or "trace-12" for a stack that no thread claims. */
  | { view: "thread"; place: string }
  | { view: "loaders"; expanded: Address | null }
  | ({ view: "duplicates" } & TablePlace<DuplicateKey>)
  | { view: "roots" }
  | { view: "properties" };

/** A question with its arguments, and how the rows of its answer are shown. */
export interface QueryRoute {
  view: "query";
  request: string;
  /** Null for the question's own order. */
  sort: QueryWindowSort | null;
  /** By column; missing ones are empty. */
  filters: readonly string[];
}

export const DEFAULT_HISTOGRAM_SORT: SortKey<HistogramKey> = { key: "retained", descending: true };
/** Retained sizes of what is unreachable are known only when somebody asked for them. */
export const DEFAULT_UNREACHABLE_SORT: SortKey<HistogramKey> = { key: "shallow", descending: true };

/** The plain route of each place in the left column. */
export const OVERVIEW: Route = { view: "overview" };
export const SUSPECTS: Route = { view: "suspects", rank: null };
export const OUTSIDE: Route = { view: "outside" };
export const HISTOGRAM: Route = { view: "histogram", filter: {}, sort: DEFAULT_HISTOGRAM_SORT };
export const DOMINATORS: Route = { view: "dominators", expanded: null };
export const DOMINATORS_SORT: SortKey<DominatedKey> = { key: "retained", descending: true };
export const MAP: Route = { view: "map", root: null };

/** Unreachable objects by class, and as a forest. */
export const UNREACHABLE: Route = {
  view: "unreachable",
  filter: {},
  sort: DEFAULT_UNREACHABLE_SORT,
};
export const QUESTIONS: Route = { view: "questions" };
export const FOREST: Route = { view: "forest", expanded: null };

/** Threads one by one, and by their stack. */
export const THREADS = {
  view: "threads",
  filter: {},
  sort: { key: "retained", descending: true },
} as const satisfies Route;
export const STACKS = {
  view: "stacks",
  filter: {},
  sort: { key: "threads", descending: true },
} as const satisfies Route;
/** A thread by its address; a stack that no thread claims by its number. */
export const threadRoute = (thread: {
  row: { address: Address } | null;
  trace: number | null;
}): Route => ({ view: "thread", place: thread.row?.address ?? `trace-${thread.trace ?? 0}` });
export const LOADERS: Route = { view: "loaders", expanded: null };
export const DUPLICATES = {
  view: "duplicates",
  filter: {},
  sort: { key: "classes", descending: true },
} as const satisfies Route;
export const ROOTS: Route = { view: "roots" };
export const PROPERTIES: Route = { view: "properties" };

/** The object in the tree that it is in: unreachable ones have a forest of their own. */
export const treeRoute = (row: { address: Address; unreachable: boolean }): Route => ({
  view: row.unreachable ? "forest" : "dominators",
  expanded: row.address,
});
export const queryRoute = (request: string): QueryRoute => ({
  view: "query",
  request,
  sort: null,
  filters: [],
});
export const mapRoute = (root: Address | null): Route => ({ view: "map", root });
export const objectRoute = (address: Address): Route => ({ view: "object", address });
export const classRoute = (name: string, id: ClassIndex): Route => ({ view: "class", name, id });
