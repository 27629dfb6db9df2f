/** Answers of the double as data: values, errors, windows of rows. */
import type { Answer, EngineError, Window } from "../src/engine/protocol";

export const ok = <T>(value: T): Promise<Answer<T>> => Promise.resolve({ ok: true, value });
export const fail = <T>(error: EngineError): Promise<Answer<T>> =>
  Promise.resolve({ ok: false, error });
export const notFound = (what: string): EngineError => ({
  kind: "notFound",
  message: `${what} is not in this dump.`,
  offset: null,
  advice: "The link may come from another dump.",
});
export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
/** A window of `length` rows that are made on demand. */
export function page<R>(
  length: number,
  at: (i: number) => R,
  start: number,
  count: number,
): Window<R> {
  const rows = Array.from({ length: Math.max(0, Math.min(count, length - start)) }, (_, i) =>
    at(start + i),
  );
  return { rows, start, matching: length, total: length };
}

export const CANCELLED: EngineError = {
  kind: "cancelled",
  message: "Cancelled.",
  offset: null,
  advice: null,
};
export const NOT_YET: EngineError = {
  kind: "notFound",
  message: "This was not worked out yet",
  offset: null,
  advice: null,
};
