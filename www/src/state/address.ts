/** Places as text for `location.hash` and `href`, and back. */
import type {
  Address,
  DominatedKey,
  DuplicateKey,
  HistogramKey,
  StackKey,
  ThreadKey,
} from "../engine/protocol";
import {
  DEFAULT_HISTOGRAM_SORT,
  DEFAULT_UNREACHABLE_SORT,
  DOMINATORS_SORT,
  DUPLICATES,
  FOREST,
  LOADERS,
  MAP,
  mapRoute,
  OUTSIDE,
  OVERVIEW,
  objectRoute,
  PROPERTIES,
  QUESTIONS,
  type QueryRoute,
  ROOTS,
  type Route,
  STACKS,
  SUSPECTS,
  THREADS,
} from "./places";
import { parsePlace, placeQuery, type TablePlace } from "./tablePlace";

const HISTOGRAM_KEYS: readonly HistogramKey[] = [
  "name",
  "instances",
  "shallow",
  "retained",
  "loader",
];
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
const DOMINATED_KEYS: readonly DominatedKey[] = ["object", "shallow", "retained", "dominated"];

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
      return `#/histogram${placeQuery(route, HISTOGRAM_KEYS, DEFAULT_HISTOGRAM_SORT)}`;
    case "class":
      return `#/class/${route.id}/${encode(route.name)}`;
    case "dominators":
      return `#/dominators${route.expanded === null ? "" : `/${encode(route.expanded)}`}${dominatedQuery(route)}`;
    case "map":
      return route.root === null ? "#/map" : `#/map/${encode(route.root)}`;
    case "object":
      return `#/object/${encode(route.address)}`;
    case "unreachable":
      return `#/unreachable${placeQuery(route, HISTOGRAM_KEYS, DEFAULT_UNREACHABLE_SORT)}`;
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

/** Reads a hash; null when it names no place. */
export function parseRoute(hash: string): Route | null {
  const asked = /^#?\/?ask\/(.+)$/s.exec(hash);
  if (asked !== null) return parseQuery(asked[1] as string);
  const [path = "", query = ""] = splitOnce(hash.replace(/^#?\/?/, ""), "?");
  const [view, ...rest] = path.split("/");
  const first = decode(rest[0]);
  switch (view) {
    case "suspects":
      return rest.length === 0
        ? SUSPECTS
        : withNumber(first, 1, (rank) => ({ view: "suspects", rank }));
    case "histogram":
      return rest.length === 0
        ? { view: "histogram", ...parsePlace(query, HISTOGRAM_KEYS, DEFAULT_HISTOGRAM_SORT) }
        : null;
    case "class": {
      const name = decode(rest.slice(1).join("/"));
      return name === null ? null : withNumber(first, 0, (id) => ({ view: "class", name, id }));
    }
    case "dominators":
      return parseDominators(rest, query);
    case "map":
      if (rest.length === 0) return MAP;
      return isAddress(first) ? mapRoute(first) : null;
    case "object":
      return isAddress(first) ? objectRoute(first) : null;
    case "unreachable":
      return rest.length === 0
        ? { view: "unreachable", ...parsePlace(query, HISTOGRAM_KEYS, DEFAULT_UNREACHABLE_SORT) }
        : parseForest(rest);
    case "threads":
      return parseThreads(rest, query);
    case "loaders":
      return parseLoaders(rest, query);
    default:
      return parsePlain(view, rest);
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

function dominatedQuery({ filter, sort }: Partial<TablePlace<DominatedKey>>): string {
  const place = { filter: filter ?? {}, sort: sort ?? DOMINATORS_SORT };
  return placeQuery(place, DOMINATED_KEYS, DOMINATORS_SORT);
}

function parseDominators(rest: readonly string[], query: string): Route | null {
  const expanded = rest.length === 0 ? null : decode(rest[0]);
  if (rest.length > 0 && !isAddress(expanded)) return null;
  const place = parsePlace(query, DOMINATED_KEYS, DOMINATORS_SORT);
  const usual = place.sort === DOMINATORS_SORT && Object.keys(place.filter).length === 0;
  return { view: "dominators", expanded, ...(usual ? {} : place) };
}

function parseForest([word, address, ...rest]: readonly string[]): Route | null {
  if (word !== "forest" || rest.length > 0) return null;
  if (address === undefined) return FOREST;
  const expanded = decode(address);
  return isAddress(expanded) ? { view: "forest", expanded } : null;
}

/** Places without anything to say besides. */
const PLAIN: Readonly<Record<string, Route>> = {
  ask: QUESTIONS,
  outside: OUTSIDE,
  overview: OVERVIEW,
  properties: PROPERTIES,
  roots: ROOTS,
};

function parsePlain(word: string | undefined, rest: readonly string[]): Route | null {
  const known = rest.length === 0 && word !== undefined && Object.hasOwn(PLAIN, word);
  return known ? (PLAIN[word] ?? null) : null;
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
