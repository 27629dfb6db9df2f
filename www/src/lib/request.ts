/** Requests as text: a question, the set of objects that it is about, arguments. The engine reads the same grammar. */
import type { Address, ClassIndex } from "../engine/protocol";

export interface RequestParts {
  name: string;
  /** A set as text; null for the question's own. */
  of: string | null;
  arguments: Readonly<Record<string, string>>;
}

/** The request as an address holds it. */
export function requestText({ name, of, arguments: args }: RequestParts): string {
  const pairs = new URLSearchParams();
  if (of !== null) pairs.set("of", of);
  for (const key of Object.keys(args).sort()) {
    // Lone surrogates, which texts of a dump can have, would not survive the address.
    if (args[key]) pairs.set(key, args[key].replace(/\p{Cs}/gu, "\ufffd"));
  }
  const text = pairs.toString();
  return text === "" ? name : `${name}?${text}`;
}

/** The parts of a request. */
export function requestParts(request: string): RequestParts {
  const at = request.indexOf("?");
  const pairs = new URLSearchParams(at < 0 ? "" : request.slice(at + 1));
  const of = pairs.get("of");
  pairs.delete("of");
  return {
    name: at < 0 ? request : request.slice(0, at),
    of,
    arguments: Object.fromEntries(pairs),
  };
}

export const objectSet = (address: Address): string => `object:${address}`;
export const classSet = (id: ClassIndex): string => `class:${id}`;
/** What a row of the answer to a request stands for. */
export const rowSet = (request: string, row: number): string => `row:${row}:${normal(request)}`;
/** What would go with a set. */
export const retainedSet = (set: string): string => `retained:${set}`;

/** How two sets become one: what is in either, in both, in the first but not in the second. */
export type Combination = "union" | "intersection" | "difference";
export const combinedSet = (how: Combination, one: string, other: string): string =>
  `${how}:(${one},${other})`;

/** The request as this page writes it: a comma or parenthesis that somebody typed would divide sets. */
export const normal = (request: string): string => requestText(requestParts(request));
