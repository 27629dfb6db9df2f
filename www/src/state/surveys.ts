/** What the engine works out once, when somebody asks: all threads, all class loaders; for the dump that is open. */
import { signal } from "@preact/signals";
import type { DumpFacts, EngineError, SurveyProgress, SurveyTopic } from "../engine/protocol";
import { engine, facts } from "./session";

export type Survey =
  | { phase: "notAsked" }
  | { phase: "working"; progress: SurveyProgress | null }
  | { phase: "ready" }
  /** Cancelled on request: it goes on only on request. */
  | { phase: "stopped" }
  | { phase: "failed"; error: EngineError };

const NOT_ASKED: Survey = { phase: "notAsked" };

type Known = { of: DumpFacts | null; survey: Survey };
const NOTHING: Known = { of: null, survey: NOT_ASKED };
const known = {
  threads: signal<Known>(NOTHING),
  loaders: signal<Known>(NOTHING),
  outside: signal<Known>(NOTHING),
} satisfies Record<SurveyTopic, unknown>;

/** How far the survey is. What belongs to another dump counts for nothing. */
export function survey(topic: SurveyTopic): Survey {
  const { of, survey } = known[topic].value;
  return of !== null && of === facts.value ? survey : NOT_ASKED;
}

/** Works it out, unless that is under way or done. */
export async function makeSurvey(topic: SurveyTopic): Promise<void> {
  const of = facts.value;
  const { phase } = survey(topic);
  if (of === null || phase === "working" || phase === "ready") return;
  let latest: Known = { of, survey: { phase: "working", progress: null } };
  known[topic].value = latest;
  // Only the latest attempt speaks; progress can arrive after the answer.
  const say = (next: Survey) => {
    if (known[topic].value !== latest) return;
    latest = { of, survey: next };
    known[topic].value = latest;
  };
  const answer = await engine().survey(topic, (progress) => {
    if (latest.survey.phase === "working") say({ phase: "working", progress });
  });
  if (answer.ok) say({ phase: "ready" });
  else if (answer.error.kind === "cancelled") say({ phase: "stopped" });
  else say({ phase: "failed", error: answer.error });
}

/** Stops all of them. */
export async function stopSurveys(): Promise<void> {
  for (const topic of ["threads", "loaders", "outside"] as const) {
    if (survey(topic).phase === "working")
      known[topic].value = { of: facts.value, survey: { phase: "stopped" } };
  }
  await engine().stopSurveys();
}
