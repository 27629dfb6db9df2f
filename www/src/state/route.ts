/**
 * Where the page is: a route and its place in `location.hash`. Objects are named by their HPROF address, so
 * that a link works again after the same file is loaded anew.
 */
import { signal } from "@preact/signals";
import type {
  Address,
  ClassIndex,
  DuplicateKey,
  HistogramKey,
  QueryWindowSort,
  SortKey,
  StackKey,
  ThreadKey,
} from "../engine/protocol";
import { parsePlace, placeQuery, type TablePlace } from "./tablePlace";

export type HistogramFilter = Partial<Record<HistogramKey, string>>;

export type Route =
  | { view: "overview" }
  | { view: "suspects"; rank: number | null }
  | { view: "outside" }
  | { view: "histogram"; filter: HistogramFilter; sort: SortKey<HistogramKey> }
  | { view: "class"; name: string; id: ClassIndex }
  | { view: "dominators"; expanded: Address | null }
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

export type ViewName = Route["view"];

const HISTOGRAM_KEYS: readonly HistogramKey[] = [
  "name",
  "instances",
  "shallow",
  "retained",
  "loader",
];
export const DEFAULT_HISTOGRAM_SORT: SortKey<HistogramKey> = { key: "retained", descending: true };
/** Retained sizes of what is unreachable are known only when somebody asked for them. */
export const DEFAULT_UNREACHABLE_SORT: SortKey<HistogramKey> = { key: "shallow", descending: true };

/** The plain route of each place in the left column. */
export const OVERVIEW: Route = { view: "overview" };
export const SUSPECTS: Route = { view: "suspects", rank: null };
export const OUTSIDE: Route = { view: "outside" };
export const HISTOGRAM: Route = { view: "histogram", filter: {}, sort: DEFAULT_HISTOGRAM_SORT };
export const DOMINATORS: Route = { view: "dominators", expanded: null };

/** Unreachable objects by class, and as a forest. */
export const UNREACHABLE: Route = {
  view: "unreachable",
  filter: {},
  sort: DEFAULT_UNREACHABLE_SORT,
};
export const QUESTIONS: Route = { view: "questions" };
export const FOREST: Route = { view: "forest", expanded: null };

const THREAD_KEYS: readonly ThreadKey[] = [
  "thread",
  "name",
  "state",
  "kind",
  "priority",
  "shallow",
  "retained",
  "largestLocal",
  "frames",
  "top",
  "loader",
  "group",
  "stack",
];
const STACK_KEYS: readonly StackKey[] = [
  "threads",
  "state",
  "top",
  "ownCode",
  "frames",
  "names",
  "retained",
  "largestLocal",
];
const DUPLICATE_KEYS: readonly DuplicateKey[] = [
  "name",
  "classes",
  "instances",
  "shallow",
  "retained",
];
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
export const objectRoute = (address: Address): Route => ({ view: "object", address });
export const classRoute = (name: string, id: ClassIndex): Route => ({ view: "class", name, id });

/** The route as text for `location.hash` and `href`. */
export function href(route: Route): string {
  switch (route.view) {
    case "overview":
      return "#/overview";
    case "suspects":
      return route.rank === null ? "#/suspects" : `#/suspects/${route.rank}`;
    case "outside":
      return "#/outside";
    case "histogram":
      return `#/histogram${histogramQuery(route, DEFAULT_HISTOGRAM_SORT)}`;
    case "class":
      return `#/class/${route.id}/${encode(route.name)}`;
    case "dominators":
      return route.expanded === null ? "#/dominators" : `#/dominators/${encode(route.expanded)}`;
    case "object":
      return `#/object/${encode(route.address)}`;
    case "unreachable":
      return `#/unreachable${histogramQuery(route, DEFAULT_UNREACHABLE_SORT)}`;
    case "forest":
      return route.expanded === null
        ? "#/unreachable/forest"
        : `#/unreachable/forest/${encode(route.expanded)}`;
    case "questions":
      return "#/ask";
    case "query":
      return `#/ask/${route.request}${rowsSuffix(route)}`;
    case "threads":
      return `#/threads${placeQuery(route, THREAD_KEYS, THREADS.sort)}`;
    case "stacks":
      return `#/threads/stacks${placeQuery(route, STACK_KEYS, STACKS.sort)}`;
    case "thread":
      return `#/threads/${encode(route.place)}`;
    case "loaders":
      return route.expanded === null ? "#/loaders" : `#/loaders/${encode(route.expanded)}`;
    case "duplicates":
      return `#/loaders/duplicates${placeQuery(route, DUPLICATE_KEYS, DUPLICATES.sort)}`;
    case "roots":
      return "#/roots";
    case "properties":
      return "#/properties";
    default:
      return unknownRoute(route);
  }
}

/** What an address begins with: the view, but for those below another one. */
type FirstWord =
  | Exclude<ViewName, "forest" | "stacks" | "thread" | "duplicates" | "questions" | "query">
  | "ask";

/** Reads a hash; null when it names no place. */
export function parseRoute(hash: string): Route | null {
  const asked = /^#?\/?ask\/(.+)$/s.exec(hash);
  if (asked !== null) return parseQuery(asked[1] as string);
  const [path = "", query = ""] = splitOnce(hash.replace(/^#?\/?/, ""), "?");
  const [view, ...rest] = path.split("/");
  const first = decode(rest[0]);
  switch (view as FirstWord | "" | undefined) {
    case "ask":
      return rest.length === 0 ? QUESTIONS : null;
    case "overview":
      return rest.length === 0 ? OVERVIEW : null;
    case "suspects":
      return rest.length === 0
        ? SUSPECTS
        : withNumber(first, 1, (rank) => ({ view: "suspects", rank }));
    case "outside":
      return rest.length === 0 ? OUTSIDE : null;
    case "histogram":
      return rest.length === 0
        ? { view: "histogram", ...parseHistogram(query, DEFAULT_HISTOGRAM_SORT) }
        : null;
    case "class": {
      const name = decode(rest.slice(1).join("/"));
      return name === null ? null : withNumber(first, 0, (id) => ({ view: "class", name, id }));
    }
    case "dominators":
      if (rest.length === 0) return DOMINATORS;
      return isAddress(first) ? { view: "dominators", expanded: first } : null;
    case "object":
      return isAddress(first) ? objectRoute(first) : null;
    case "unreachable":
      return rest.length === 0
        ? { view: "unreachable", ...parseHistogram(query, DEFAULT_UNREACHABLE_SORT) }
        : parseForest(rest);
    case "threads":
      return parseThreads(rest, query);
    case "loaders":
      return parseLoaders(rest, query);
    case "roots":
    case "properties":
      return parsePlain(view, rest);
    default:
      return null;
  }
}

/** A request is escaped as forms are, so that it holds no tilde; what follows one is about the rows. */
function rowsSuffix({ sort, filters }: QueryRoute): string {
  const rows = new URLSearchParams();
  if (sort !== null) rows.set("sort", `${sort.descending ? "-" : ""}${sort.column}`);
  for (const [i, text] of filters.entries()) if (text !== "") rows.set(String(i), wellFormed(text));
  const text = rows.toString();
  return text === "" ? "" : `~${text}`;
}

function parseQuery(text: string): Route | null {
  const [request, suffix] = splitOnce(text, "~");
  if (!/^[a-z][a-z-]*(\?|$)/.test(request)) return null;
  const rows = new URLSearchParams(suffix);
  const wanted = /^(-?)(\d{1,3})$/.exec(rows.get("sort") ?? "");
  const sort = wanted && { column: Number(wanted[2]), descending: wanted[1] === "-" };
  const filters: string[] = [];
  for (const [key, value] of rows) if (/^\d{1,2}$/.test(key)) filters[Number(key)] = value;
  return { view: "query", request, sort, filters: Array.from(filters, (filter) => filter ?? "") };
}

/** Which rows of a histogram are shown, and in which order. */
interface HistogramPlace {
  filter: HistogramFilter;
  sort: SortKey<HistogramKey>;
}

function parseForest([word, address, ...rest]: readonly string[]): Route | null {
  if (word !== "forest" || rest.length > 0) return null;
  if (address === undefined) return FOREST;
  const expanded = decode(address);
  return isAddress(expanded) ? { view: "forest", expanded } : null;
}

/** Views that are one place each. */
function parsePlain(view: string | undefined, rest: readonly string[]): Route | null {
  if (rest.length > 0) return null;
  return view === "roots" ? ROOTS : PROPERTIES;
}

function parseThreads([first, ...rest]: readonly string[], query: string): Route | null {
  if (rest.length > 0) return null;
  if (first === undefined)
    return { view: "threads", ...parsePlace(query, THREAD_KEYS, THREADS.sort) };
  if (first === "stacks") return { view: "stacks", ...parsePlace(query, STACK_KEYS, STACKS.sort) };
  const place = decode(first);
  if (place === null) return null;
  return isAddress(place) || /^trace-\d{1,10}$/.test(place) ? { view: "thread", place } : null;
}

function parseLoaders([first, ...rest]: readonly string[], query: string): Route | null {
  if (rest.length > 0) return null;
  if (first === undefined) return LOADERS;
  if (first === "duplicates")
    return { view: "duplicates", ...parsePlace(query, DUPLICATE_KEYS, DUPLICATES.sort) };
  const expanded = decode(first);
  return isAddress(expanded) ? { view: "loaders", expanded } : null;
}

function histogramQuery({ filter, sort }: HistogramPlace, usual: SortKey<HistogramKey>): string {
  const query = new URLSearchParams();
  for (const key of HISTOGRAM_KEYS) {
    const text = filter[key];
    if (text) query.set(key, wellFormed(text));
  }
  if (sort.key !== usual.key || sort.descending !== usual.descending) {
    query.set("sort", `${sort.descending ? "-" : ""}${sort.key}`);
  }
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}

function parseHistogram(text: string, usual: SortKey<HistogramKey>): HistogramPlace {
  const query = new URLSearchParams(text);
  const filter: HistogramFilter = {};
  for (const key of HISTOGRAM_KEYS) {
    const value = query.get(key);
    if (value) filter[key] = value;
  }
  const wanted = query.get("sort") ?? "";
  const key = HISTOGRAM_KEYS.find((k) => k === wanted.replace(/^-/, ""));
  const sort = key ? { key, descending: wanted.startsWith("-") } : usual;
  return { filter, sort };
}

function withNumber(text: string | null, least: number, make: (n: number) => Route): Route | null {
  if (text === null || !/^\d{1,10}$/.test(text)) return null;
  const n = Number(text);
  return n >= least ? make(n) : null;
}

const isAddress = (text: string | null): text is Address =>
  text !== null && /^0x[0-9a-f]{1,16}$/i.test(text);

/** Class names of a dump can hold lone surrogates, on which `encodeURIComponent` throws. */
const wellFormed = (text: string) => text.replace(/\p{Cs}/gu, "\ufffd");
const encode = (text: string) => encodeURIComponent(wellFormed(text));

function decode(text: string | undefined): string | null {
  try {
    return text === undefined || text === "" ? null : decodeURIComponent(text);
  } catch {
    return null;
  }
}

function splitOnce(text: string, at: string): [string, string] {
  const i = text.indexOf(at);
  return i < 0 ? [text, ""] : [text.slice(0, i), text.slice(i + at.length)];
}

function unknownRoute(route: never): never {
  throw new Error(`no such route: ${JSON.stringify(route)}`);
}

/** The place the page shows. */
export const route = signal<Route>(OVERVIEW);

/** Goes to a place; with `replace` without a new step in the browser's history. */
export function navigate(to: Route, options: { replace?: boolean } = {}): void {
  const hash = href(to);
  route.value = to;
  if (hash === location.hash) return;
  if (options.replace) history.replaceState(null, "", hash);
  else history.pushState(null, "", hash);
}

/** Follows the address bar, Back and Forward. An unknown hash shows the overview. */
export function followLocation(): () => void {
  const read = () => {
    route.value = parseRoute(location.hash) ?? OVERVIEW;
  };
  read();
  addEventListener("hashchange", read);
  addEventListener("popstate", read);
  return () => {
    removeEventListener("hashchange", read);
    removeEventListener("popstate", read);
  };
}
