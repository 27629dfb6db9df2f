/** The unreachable objects as a forest: worked out when somebody asks, for the dump that is open. */
import { batch, computed, signal } from "@preact/signals";
import type { DumpFacts, EngineError, ForestFacts, ForestProgress } from "../engine/protocol";
import { engine, epoch, facts, isObject, select, selection } from "./session";

export type Forest =
  | { phase: "notAsked" }
  | { phase: "growing"; progress: ForestProgress | null }
  | { phase: "ready"; facts: ForestFacts }
  /** Cancelled on request: it is not begun again without one. */
  | { phase: "stopped" }
  | { phase: "failed"; error: EngineError };

const NOT_ASKED: Forest = { phase: "notAsked" };

/** What is known, and of which dump: what belongs to another one counts for nothing. */
const known = signal<{ of: DumpFacts | null; forest: Forest }>({ of: null, forest: NOT_ASKED });

export const forest = computed<Forest>(() =>
  known.value.of !== null && known.value.of === facts.value ? known.value.forest : NOT_ASKED,
);

/** Works the forest out, unless that is under way or done. */
export async function growForest(): Promise<void> {
  const of = facts.value;
  const { phase } = forest.value;
  if (of === null || phase === "growing" || phase === "ready") return;
  // Only the latest attempt for the dump that is open speaks.
  const mine = { of, forest: { phase: "growing", progress: null } as Forest };
  known.value = mine;
  let latest = mine;
  const say = (next: Forest) => {
    if (known.value !== latest) return false;
    latest = { of, forest: next };
    known.value = latest;
    return facts.value === of;
  };
  // Progress and answer come on different channels: the last of it can arrive after the answer.
  const answer = await engine().growForest((progress) => {
    if (latest.forest.phase === "growing") say({ phase: "growing", progress });
  });
  if (!answer.ok) {
    const stopped = answer.error.kind === "cancelled";
    say(stopped ? { phase: "stopped" } : { phase: "failed", error: answer.error });
    return;
  }
  batch(() => {
    // Retained sizes of unreachable objects are others now.
    if (say({ phase: "ready", facts: answer.value })) epoch.value++;
  });
  await renewSelection();
}

/** Stops working it out. */
export async function stopForest(): Promise<void> {
  if (forest.value.phase !== "growing") return;
  known.value = { of: facts.value, forest: { phase: "stopped" } };
  await engine().dropForest();
}

/** The selected row was read before its retained size was known. */
async function renewSelection(): Promise<void> {
  const chosen = selection.value;
  if (!isObject(chosen) || !chosen.unreachable) return;
  const answer = await engine().object(chosen.object);
  if (answer.ok && selection.value === chosen) select(answer.value.row);
}
