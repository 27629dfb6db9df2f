import { effect } from "@preact/signals";
import { useRef, useState } from "preact/hooks";
import { phase } from "../state/session";

/**
 * What views remember about themselves while they are away (sort, filter, scroll offset, open tree nodes), so that
 * Back returns to the same picture. Lives as long as the page; keys name the view and its subject.
 */
const remembered = new Map<string, unknown>();

/** Entries kept; the ones used longest ago go first. */
const KEPT = 400;

/** What was stored under a key, or undefined. */
export function recall<T>(key: string): T | undefined {
  const value = remembered.get(key) as T | undefined;
  if (value !== undefined) remember(key, value);
  return value;
}

/** Stores a value under a key. */
export function remember<T>(key: string, value: T): void {
  remembered.delete(key);
  remembered.set(key, value);
  for (const old of remembered.keys()) {
    if (remembered.size <= KEPT) break;
    remembered.delete(old);
  }
}

// Another dump is being opened: what was remembered speaks of the old one.
effect(() => {
  if (phase.value === "loading") remembered.clear();
});

/** State that survives the component under `key`; without a key it is ordinary state. */
export function useRemembered<T>(key: string | undefined, initial: T): [T, (next: T) => void] {
  const [, setTick] = useState(0);
  const held = useRef<{ key: string | undefined; value: T } | null>(null);
  if (held.current === null || held.current.key !== key) {
    const value = key === undefined ? undefined : recall<T>(key);
    held.current = { key, value: value ?? initial };
  }
  const set = (next: T) => {
    held.current = { key, value: next };
    if (key !== undefined) remember(key, next);
    setTick((tick) => tick + 1);
  };
  return [held.current.value, set];
}
