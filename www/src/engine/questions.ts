/** The questions that an open dump answers: every method of `Engine` that is one call of the session. */
import type { Engine } from "./protocol";

/** What takes long, reports progress, and can be stopped. */
export type LongWork =
  | "growForest"
  | "dropForest"
  | "runQuery"
  | "stopQuery"
  | "survey"
  | "stopSurveys"
  | "outside"
  | "report";

export type Question = Exclude<keyof Engine, "open" | "cancel" | "sample" | LongWork>;

/** A table instead of a list, so that the compiler notices a question that is missing. */
const TABLE: Record<Question, true> = {
  facts: true,
  suspects: true,
  verdict: true,
  compareTexts: true,
  icicle: true,
  histogram: true,
  classDetails: true,
  instances: true,
  dominated: true,
  dominatedRows: true,
  object: true,
  resolve: true,
  elements: true,
  contents: true,
  bytes: true,
  pathToRoot: true,
  dominatorPath: true,
  outbound: true,
  inbound: true,
  unreachableHistogram: true,
  forestTop: true,
  questions: true,
  queryWindow: true,
  search: true,
  text: true,
  threads: true,
  stacks: true,
  threadAt: true,
  threadFrames: true,
  frameLocals: true,
  stackTexts: true,
  loaderChildren: true,
  loaderPath: true,
  duplicateClasses: true,
  classesOfName: true,
  rootGroups: true,
  rootObjects: true,
  settings: true,
};

/** Makes all question methods of an engine from one function. */
export function forEachQuestion(
  ask: (name: Question) => (...args: unknown[]) => Promise<unknown>,
): Pick<Engine, Question> {
  const methods = (Object.keys(TABLE) as Question[]).map((name) => [name, ask(name)]);
  // The methods differ in their types only; each is made for its own name.
  return Object.fromEntries(methods) as Pick<Engine, Question>;
}
