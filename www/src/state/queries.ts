/** Questions with arguments: working them out, reading their rows, and what the next one would be about. */
import { computed, signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import type {
  Answer,
  EngineError,
  QueryFacts,
  QueryProgress,
  QueryWindow,
  QueryWindowRequest,
} from "../engine/protocol";
import { visibleName } from "../lib/format";
import { classSet, objectSet } from "../lib/request";
import { engine, epoch, isObject, type Selection, selection } from "./session";

export type Query =
  | { phase: "working"; progress: QueryProgress | null }
  | { phase: "ready"; facts: QueryFacts }
  /** Cancelled on request: it is not begun again without one. */
  | { phase: "stopped" }
  | { phase: "failed"; error: EngineError };

const BEGINNING: Query = { phase: "working", progress: null };

/** Works a question out while the component is there; `onFacts` hears what came out. */
export function useQuery(
  request: string,
  onFacts: (facts: QueryFacts) => void,
): {
  query: Query;
  stop: () => void;
  again: () => void;
} {
  const [attempt, setAttempt] = useState(0);
  const key = `${epoch.value} ${attempt} ${request}`;
  const [known, setKnown] = useState<{ key: string; query: Query }>({ key, query: BEGINNING });
  useEffect(() => {
    let live = true;
    let working = true;
    const say = (query: Query) => live && setKnown({ key, query });
    say(BEGINNING);
    const asked = engine().runQuery(request, (progress) => {
      if (working) say({ phase: "working", progress });
    });
    void asked.then((answer) => {
      working = false;
      if (answer.ok) {
        say({ phase: "ready", facts: answer.value });
        if (live) onFacts(answer.value);
      } else if (answer.error.kind === "cancelled") say({ phase: "stopped" });
      else say({ phase: "failed", error: answer.error });
    });
    return () => {
      live = false;
      if (working) void engine().stopQuery(request);
    };
  }, [key]);
  return {
    query: known.key === key ? known.query : BEGINNING,
    stop: () => void engine().stopQuery(request),
    again: () => setAttempt(attempt + 1),
  };
}

/** Rows of an answer; one that the engine has dropped meanwhile is worked out again. */
export async function queryWindow(window: QueryWindowRequest): Promise<Answer<QueryWindow>> {
  const answer = await engine().queryWindow(window);
  if (answer.ok || answer.error.kind !== "notComputed") return answer;
  const again = await engine().runQuery(window.request, () => {});
  return again.ok ? engine().queryWindow(window) : again;
}

/** A set of objects that a question can be about. */
export interface AskedSet {
  /** As requests name it. */
  set: string;
  /** As people do. */
  label: string;
}

/** What a row of an answer stands for, while that row is the selected one. */
const chosenRow = signal<{ of: Selection; asked: AskedSet | null } | null>(null);

/** Says that the selection came with a row that stands for a set of its own. */
export function chooseRow(asked: AskedSet | null): void {
  chosenRow.value = { of: selection.value, asked };
}

export function forgetRow(): void {
  chosenRow.value = null;
}

/** The set to combine another with; of this dump only. */
const kept = signal<{ epoch: number; set: AskedSet } | null>(null);
export const rememberedSet = computed<AskedSet | null>(() =>
  kept.value?.epoch === epoch.value ? kept.value.set : null,
);

export function rememberSet(set: AskedSet | null): void {
  kept.value = set && { epoch: epoch.value, set };
}

/** The set that "Ask about the selection" is about. */
export const askedSet = computed<AskedSet | null>(() => {
  const chosen = selection.value;
  const row = chosenRow.value;
  if (row !== null && row.of === chosen) return row.asked;
  if (chosen === null) return null;
  if (isObject(chosen)) {
    const label = `${visibleName(chosen.name)} @ ${chosen.address}`;
    return { set: objectSet(chosen.address), label };
  }
  return { set: classSet(chosen.class), label: `instances of ${visibleName(chosen.name)}` };
});
