/** Filter and order of a table as the part of an address behind "?". */
import type { SortKey } from "../engine/protocol";

/** Which rows of a table are shown, and in which order. */
export interface TablePlace<K extends string> {
  filter: Partial<Record<K, string>>;
  sort: SortKey<K>;
}

/** The place as a query; empty for the usual order without a filter. */
export function placeQuery<K extends string>(
  place: TablePlace<K>,
  keys: readonly K[],
  usual: SortKey<K>,
): string {
  const query = new URLSearchParams();
  for (const key of keys) {
    const text = place.filter[key];
    // Names of a dump can hold lone surrogates, which no address can.
    if (text) query.set(key, text.replace(/\p{Cs}/gu, "\ufffd"));
  }
  const { key, descending } = place.sort;
  if (key !== usual.key || descending !== usual.descending)
    query.set("sort", `${descending ? "-" : ""}${key}`);
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}

/** Reads what `placeQuery` wrote; columns that are none of `keys` are left out. */
export function parsePlace<K extends string>(
  text: string,
  keys: readonly K[],
  usual: SortKey<K>,
): TablePlace<K> {
  const query = new URLSearchParams(text);
  const filter: Partial<Record<K, string>> = {};
  for (const key of keys) {
    const value = query.get(key);
    if (value) filter[key] = value;
  }
  const wanted = query.get("sort") ?? "";
  const key = keys.find((k) => k === wanted.replace(/^-/, ""));
  return { filter, sort: key ? { key, descending: wanted.startsWith("-") } : usual };
}
