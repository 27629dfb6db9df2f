/** Answers that are open: each has a tab in the left column until somebody closes it. */
import { effect, signal } from "@preact/signals";
import { navigate, QUESTIONS, type QueryRoute, route } from "./route";
import { facts } from "./session";

export interface OpenAnswer {
  /** With order and filters as they were left. */
  place: QueryRoute;
  /** What was asked. */
  title: string;
  /** What it was told and asked about; may be empty. */
  about: string;
}

/** In the order in which they were asked for. */
export const openAnswers = signal<readonly OpenAnswer[]>([]);

// Another dump has other answers.
effect(() => {
  if (facts.value === null) openAnswers.value = [];
});

const isOf =
  (request: string) =>
  ({ place }: OpenAnswer): boolean =>
    place.request === request;

/** Opens a tab for an answer, or says how it is looked at now. */
export function keepAnswer(answer: OpenAnswer): void {
  const all = openAnswers.value;
  const at = all.findIndex(isOf(answer.place.request));
  openAnswers.value = at < 0 ? [...all, answer] : all.with(at, answer);
}

/** Closes the tab of a request; who looks at it goes on to the next one, or to all questions. */
export function closeAnswer(request: string): void {
  const all = openAnswers.value;
  const at = all.findIndex(isOf(request));
  if (at < 0) return;
  const left = all.toSpliced(at, 1);
  const here = route.value.view === "query" && route.value.request === request;
  if (here) navigate(left[Math.min(at, left.length - 1)]?.place ?? QUESTIONS);
  openAnswers.value = left;
}
