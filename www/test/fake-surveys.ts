/** What the double says of threads, class loaders, GC roots and settings. */
import type {
  Answer,
  Engine,
  LoaderEntry,
  RootEntry,
  Setting,
  StackEntry,
  SurveyProgress,
  SurveyTopic,
  ThreadDetails,
  ThreadWindow,
} from "../src/engine/protocol";
import { CANCELLED, fail, NOT_YET, notFound, ok, page, pause } from "./fake-answers";
import { HOLDER, row } from "./fake-heap";
import { FakeObjects } from "./fake-objects";
import {
  fakeDuplicate,
  fakeDuplicates,
  fakeFrames,
  fakeLoaderChildren,
  fakeLoaderPath,
  fakeLocals,
  fakeRootGroups,
  fakeSettings,
  fakeStacks,
  fakeStackTexts,
  fakeThreadAt,
  fakeThreads,
} from "./fake-threads";

export class FakeSurveys extends FakeObjects {
  /** Milliseconds per step of whatever takes time. */
  protected readonly stepMs: number;

  constructor(stepMs: number) {
    super();
    this.stepMs = stepMs;
  }

  protected readonly surveyed = new Set<SurveyTopic>();
  private surveyTurn = 0;

  async survey(
    topic: SurveyTopic,
    onProgress: (progress: SurveyProgress) => void,
  ): Promise<Answer<null>> {
    const mine = this.surveyTurn;
    for (let done = 0; done < 4; done++) {
      onProgress({ phase: topic, done, total: 4 });
      await pause(this.stepMs);
      if (mine !== this.surveyTurn) return fail(CANCELLED);
    }
    this.surveyed.add(topic);
    return ok(null);
  }

  stopSurveys(): Promise<void> {
    this.surveyTurn++;
    return Promise.resolve();
  }

  threads(query: Parameters<Engine["threads"]>[0]) {
    return this.surveyed.has("threads") ? ok(fakeThreads(query)) : fail<ThreadWindow>(NOT_YET);
  }

  stacks(query: Parameters<Engine["stacks"]>[0]) {
    return ok(fakeStacks(query));
  }

  threadAt(place: string) {
    const details = fakeThreadAt(place);
    return details === null ? fail<ThreadDetails>(notFound(place)) : ok(details);
  }

  threadFrames(thread: number, start: number, count: number) {
    const frames = fakeFrames(thread);
    return ok(page(frames.length, (i) => frames[i] as StackEntry, start, count));
  }

  frameLocals(thread: number, frame: number | null, start: number, count: number) {
    const locals = fakeLocals(thread, frame);
    return ok(page(locals.length, (i) => locals[i] as StackEntry, start, count));
  }

  stackTexts(start: number, count: number) {
    return ok(fakeStackTexts(start, count));
  }

  loaderChildren(loader: number | null, start: number, count: number) {
    const below = fakeLoaderChildren(loader);
    return ok(page(below.length, (i) => below[i] as LoaderEntry, start, count));
  }

  loaderPath(address: string) {
    const path = fakeLoaderPath(address);
    return path === null ? fail<LoaderEntry[]>(notFound(address)) : ok(path);
  }

  duplicateClasses(query: Parameters<Engine["duplicateClasses"]>[0]) {
    return ok(fakeDuplicates(query));
  }

  classesOfName(_id: number, start: number, count: number) {
    return ok(page(3, fakeDuplicate, start, count));
  }

  rootGroups(kind: string | null, start: number, count: number) {
    const groups = fakeRootGroups(kind);
    return ok(page(groups.length, (i) => groups[i] as RootEntry, start, count));
  }

  rootObjects(_kind: string, _id: number, start: number, count: number) {
    return ok(page<RootEntry>(1, () => ({ line: "object", ...row(HOLDER) }), start, count));
  }

  settings(): Promise<Answer<Setting[]>> {
    return ok(fakeSettings());
  }
}
