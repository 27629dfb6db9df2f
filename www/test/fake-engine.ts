/**
 * A test double of the engine: rich, plausible answers without wasm, for unit tests and for `vite dev` with `?fake`.
 * Variants: ?fake=loading (stops in the middle), ?fake=healthy, ?fake=broken, ?fake=truncated, ?fake=several.
 */
import type {
  Answer,
  BytesPiece,
  ClassDetails,
  ContentsQuery,
  ContentsWindow,
  DumpFacts,
  ElementsWindow,
  Engine,
  EngineError,
  FieldValue,
  ForestFacts,
  ForestProgress,
  HistogramQuery,
  HistogramRow,
  HistogramWindow,
  LoaderEntry,
  ObjectDetails,
  OpenOptions,
  OutsideReport,
  Path,
  Progress,
  QueryFacts,
  QueryProgress,
  QueryWindow,
  QueryWindowRequest,
  QuestionFacts,
  ReferenceRow,
  ReportFormat,
  RootEntry,
  SearchHit,
  Setting,
  SideAnswer,
  StackEntry,
  Standing,
  SurveyProgress,
  SurveyTopic,
  SuspectReport,
  TextPiece,
  TextPlace,
  ThreadDetails,
  ThreadWindow,
  Verdict,
  Window,
} from "../src/engine/protocol";
import {
  ARRAY,
  addressOf,
  chainOf,
  childrenOf,
  classRef,
  DEAD_TREES,
  FIRST_GARBAGE,
  FIRST_SESSION,
  HOLDER,
  indexOf,
  LIST,
  MIB,
  parentOf,
  row,
  SESSIONS,
  SYNC_LIST,
} from "./fake-heap";
import { factsOf, progressAt } from "./fake-load";
import { nothingOutside, outsideReport, sideAnswer } from "./fake-outside";
import { answerOf, QUESTIONS, windowOf } from "./fake-queries";
import { calmReport, calmVerdict, leakReport, leakVerdict } from "./fake-suspects";
import { calmIcicle, histogramRows, icicleCells } from "./fake-tables";
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

export type Variant = "leak" | "loading" | "healthy" | "broken" | "truncated" | "several";

const ok = <T>(value: T): Promise<Answer<T>> => Promise.resolve({ ok: true, value });
const fail = <T>(error: EngineError): Promise<Answer<T>> => Promise.resolve({ ok: false, error });
const notFound = (what: string): EngineError => ({
  kind: "notFound",
  message: `${what} is not in this dump.`,
  offset: null,
  advice: "The link may come from another dump.",
});
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
function page<R>(length: number, at: (i: number) => R, start: number, count: number): Window<R> {
  const rows = Array.from({ length: Math.max(0, Math.min(count, length - start)) }, (_, i) =>
    at(start + i),
  );
  return { rows, start, matching: length, total: length };
}

const CANCELLED: EngineError = {
  kind: "cancelled",
  message: "Cancelled.",
  offset: null,
  advice: null,
};
const NOT_YET: EngineError = {
  kind: "notFound",
  message: "This was not worked out yet",
  offset: null,
  advice: null,
};
const NOT_A_DUMP: EngineError = {
  kind: "notHprof",
  message: 'This is not a heap dump: the file starts with "PK\\x03\\x04", a zip archive.',
  offset: 0,
  advice: "Unpack the archive and open the .hprof file in it.",
};

export class FakeEngine implements Engine {
  private cancelled = false;
  private loaded = false;

  private readonly variant: Variant;
  /** Milliseconds per step of a load. */
  private readonly stepMs: number;

  constructor(variant: Variant = "leak", stepMs = 0) {
    this.variant = variant;
    this.stepMs = stepMs;
  }

  async open(
    file: File,
    options: OpenOptions,
    onProgress: (progress: Progress) => void,
  ): Promise<Answer<DumpFacts>> {
    this.cancelled = false;
    this.loaded = false;
    this.forest = false;
    this.surveyed.clear();
    const phases = [
      "scan",
      "index",
      "link",
      "dominators",
      "retained",
      "classes",
      "paths",
      "suspects",
    ] as const;
    const fileBytes = file.size > MIB ? file.size : 351_272_960;
    for (const [i, phase] of phases.entries()) {
      for (let k = 0; k <= 10; k++) {
        if (this.cancelled) return fail(CANCELLED);
        onProgress(progressAt(i, phase, k / 10, phases.length, fileBytes));
        if (this.variant === "loading" && i === 2 && k === 4)
          await new Promise<void>((resolve) => this.onCancel.push(resolve));
        if (this.stepMs > 0) await pause(this.stepMs);
      }
      if (this.variant === "broken") return fail(NOT_A_DUMP);
    }
    this.loaded = true;
    return this.facts(file.name, fileBytes, options.dump);
  }

  private readonly onCancel: (() => void)[] = [];

  cancel(): Promise<void> {
    this.cancelled = true;
    for (const resolve of this.onCancel.splice(0)) resolve();
    return Promise.resolve();
  }

  sample(): Promise<File> {
    return Promise.resolve(new File(["JAVA PROFILE 1.0.2\0"], "example.hprof"));
  }

  facts(
    fileName = "websocket_5k.hprof",
    fileBytes = 351_272_960,
    dump = 1,
  ): Promise<Answer<DumpFacts>> {
    const dumps = this.variant === "several" ? 3 : 1;
    return ok(factsOf({ fileName, fileBytes, dump, dumps }, this.variant === "truncated"));
  }

  suspects(): Promise<Answer<SuspectReport>> {
    return ok(this.variant === "healthy" ? calmReport() : leakReport());
  }

  verdict(): Promise<Answer<Verdict>> {
    return ok(this.variant === "healthy" ? calmVerdict() : leakVerdict());
  }

  outside(): Promise<Answer<OutsideReport>> {
    return ok(this.variant === "healthy" ? nothingOutside() : outsideReport());
  }

  compareTexts(texts: readonly string[]): Promise<Answer<SideAnswer[]>> {
    return ok(texts.map(sideAnswer));
  }

  report(format: ReportFormat, withContent: boolean): Promise<Answer<string>> {
    return ok(`a report as ${format}, contents ${withContent ? "included" : "left out"}`);
  }

  icicle(root: number | null) {
    return ok(this.variant === "healthy" && root === null ? calmIcicle() : icicleCells(root));
  }

  histogram(query: HistogramQuery): Promise<Answer<HistogramWindow>> {
    return this.window(query, histogramRows(this.loaded));
  }

  unreachableHistogram(query: HistogramQuery): Promise<Answer<HistogramWindow>> {
    const rows = histogramRows(true).filter((r) => r.unreachable > 0);
    const dead = (r: HistogramRow) => ({
      ...r,
      instances: r.unreachable,
      shallow: r.unreachableShallow,
      retained: this.forest ? r.unreachableShallow : null,
    });
    return this.window(query, rows.map(dead));
  }

  /** Whether the forest of unreachable objects is worked out. */
  private forest = false;
  private forestTurn = 0;

  async growForest(onProgress: (progress: ForestProgress) => void): Promise<Answer<ForestFacts>> {
    const mine = ++this.forestTurn;
    const phases = ["collect", "connect", "roots", "dominators", "retained", "classes"] as const;
    for (const [i, phase] of phases.entries()) {
      onProgress({ phase, step: i + 1, steps: phases.length, done: 1, total: 2 });
      await pause(this.stepMs);
      if (mine !== this.forestTurn) return fail(CANCELLED);
    }
    this.forest = true;
    return ok({
      objects: DEAD_TREES * 4,
      bytes: DEAD_TREES * row(FIRST_GARBAGE).retained,
      top: DEAD_TREES,
      unreferenced: DEAD_TREES - 3,
      cycles: 2,
      engineBytes: 480,
    });
  }

  dropForest(): Promise<void> {
    this.forestTurn++;
    this.forest = false;
    return Promise.resolve();
  }

  forestTop(start: number, count: number) {
    const standing = (i: number) =>
      i === 1 ? "shared" : i === 2 || i === 5 ? "cycle" : "unreferenced";
    return ok(
      page(
        DEAD_TREES,
        (i) => ({ ...row(FIRST_GARBAGE + i), standing: standing(i) as Standing }),
        start,
        count,
      ),
    );
  }

  private readonly surveyed = new Set<SurveyTopic>();
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

  private window(query: HistogramQuery, all: HistogramRow[]): Promise<Answer<HistogramWindow>> {
    const needle = (query.filter.name ?? "").toLowerCase();
    const rows = all.filter((r) => r.name.toLowerCase().includes(needle));
    const { key, descending } = query.sort;
    rows.sort((a, b) => compare(a[key], b[key]) * (descending ? -1 : 1));
    const sum = (pick: (r: HistogramRow) => number) => rows.reduce((n, r) => n + pick(r), 0);
    return ok({
      ...page(rows.length, (i) => rows[i] as HistogramRow, query.start, query.count),
      total: all.length,
      instances: sum((r) => r.instances),
      shallow: sum((r) => r.shallow),
      filterError: null,
      maxShallow: Math.max(0, ...rows.map((r) => r.shallow)),
      maxRetained: rows.some((r) => r.retained !== null)
        ? Math.max(0, ...rows.map((r) => r.retained ?? 0))
        : null,
    });
  }

  classDetails(id: number): Promise<Answer<ClassDetails>> {
    const histogram = histogramRows(true).find((r) => r.class === id);
    if (!histogram) return fail(notFound(`Class ${id}`));
    return ok({
      class: classRef(id),
      longNameBytes: null,
      object: row(HOLDER),
      superClass: classRef(11),
      loader: row(4),
      instanceSize: 152,
      histogram,
      hierarchy: [classRef(11)],
      statics: [field("static SESSIONS", SYNC_LIST, true)],
      declaredFields: [
        { name: "session", longName: null, type: "Object" },
        { name: "open", longName: null, type: "boolean" },
      ],
    });
  }

  instances(id: number, _sort: unknown, start: number, count: number) {
    return ok(
      page(
        id === 1 ? SESSIONS : 1,
        (i) => row(id === 1 ? FIRST_SESSION + i : HOLDER),
        start,
        count,
      ),
    );
  }

  dominated(parent: number | null, start: number, count: number) {
    const kids = childrenOf(parent);
    return ok(page(kids.length, (i) => row(kids.at(i)), start, count));
  }

  object(id: number): Promise<Answer<ObjectDetails>> {
    const r = row(id);
    const isArray = r.kind === "objectArray" || r.kind === "primitiveArray";
    const kids = childrenOf(id);
    const fields = isArray
      ? []
      : Array.from({ length: Math.min(kids.length, 4) }, (_, i) =>
          field(`field${i}`, kids.at(i), false),
        );
    if (id >= FIRST_SESSION && id < FIRST_SESSION + SESSIONS) {
      fields.push(
        text("id", "String", `"${id - FIRST_SESSION}"`),
        text("state", "Object", "CLOSED"),
        text("maxIdleTimeout", "long", "0"),
      );
    }
    return ok({
      row: r,
      fileOffset: 20_480 + id * 64,
      loader: row(4),
      hierarchy: [classRef(11)],
      fields,
      statics: [],
      represents: r.kind === "class" ? classRef(0) : null,
      elements: isArray ? this.page(id, 0, 100) : null,
      text: r.value,
      textLength: r.value?.length ?? null,
      contents: id === LIST || id === SYNC_LIST ? "list" : null,
      stack: null,
      image: null,
    });
  }

  text(_place: TextPlace, start: number, count: number): Promise<Answer<TextPiece>> {
    const text = "A text from the dump. ".repeat(5_000);
    const next = Math.min(text.length, start + count);
    const units = Uint16Array.from(text.slice(start, next), (char) => char.charCodeAt(0));
    const bytes = new Uint8Array(units.buffer);
    return ok({ start, next, total: text.length, encoding: "utf16", bytes });
  }

  resolve(address: string) {
    const id = indexOf(address);
    return id === null ? fail<ReturnType<typeof row>>(notFound(address)) : ok(row(id));
  }

  private page(id: number, start: number, count: number): ElementsWindow {
    const total = row(id).length ?? 0;
    const rows = Array.from(
      { length: Math.max(0, Math.min(count, total - start)) },
      (_, i) => start + i,
    );
    return id === ARRAY
      ? {
          start,
          total,
          objects: rows.map((i) => (i < SESSIONS ? row(FIRST_SESSION + i) : null)),
          dangling: [],
          primitives: null,
        }
      : {
          start,
          total,
          objects: null,
          dangling: [],
          primitives: rows.map((i) => String((i * 37) % 256)),
        };
  }

  elements(id: number, start: number, count: number) {
    return ok(this.page(id, start, count));
  }

  contents(_id: number, query: ContentsQuery): Promise<Answer<ContentsWindow>> {
    const at = (i: number) => (query.descending ? SESSIONS - 1 - i : i);
    const window = page(
      SESSIONS,
      (i) => ({
        index: at(i),
        key: null,
        value: { object: row(FIRST_SESSION + at(i)), dangling: null },
      }),
      query.start,
      query.count,
    );
    return ok({
      ...window,
      kind: "list",
      size: SESSIONS,
      counted: true,
      limited: false,
      sortable: true,
      troubles: [],
    });
  }

  bytes(id: number, start: number, count: number): Promise<Answer<BytesPiece>> {
    const total = row(id).length ?? 0;
    const next = Math.min(total, start + count);
    const bytes = Uint8Array.from({ length: next - start }, (_, i) => ((start + i) * 37) % 256);
    return ok({ start, next, total, width: 1, bytes });
  }

  pathToRoot(id: number): Promise<Answer<Path>> {
    if (id >= FIRST_GARBAGE)
      return ok({ steps: [], root: null, weakOnly: false, omitted: 0, folds: [] });
    const steps = chainOf(id).map((step) => ({ via: step.via, row: row(step.object) }));
    const root = steps[0]?.row.roots[0] ?? null;
    // The session in the array of the list: what a synchronized list holds is one step.
    const to = steps.findIndex((step) => step.via?.startsWith("[") === true);
    const folds = to > 2 ? [{ from: to - 3, to, label: steps[to]?.via ?? "" }] : [];
    return ok({ steps, root, weakOnly: id === 8, omitted: 0, folds });
  }

  dominatorPath(id: number) {
    return ok(chainOf(id).map((step) => row(step.object)));
  }

  outbound(id: number, start: number, count: number): Promise<Answer<Window<ReferenceRow>>> {
    const kids = childrenOf(id);
    return ok(
      page(
        kids.length,
        (i) => ({ via: [parentOf(kids.at(i))?.via ?? ""], row: row(kids.at(i)) }),
        start,
        count,
      ),
    );
  }

  inbound(id: number, start: number, count: number): Promise<Answer<Window<ReferenceRow>>> {
    const up = parentOf(id);
    return ok(
      page(up ? 1 : 0, () => ({ via: [up?.via ?? ""], row: row(up?.parent ?? 0) }), start, count),
    );
  }

  questions(): Promise<Answer<QuestionFacts[]>> {
    return ok(QUESTIONS);
  }

  runQuery(
    request: string,
    onProgress: (progress: QueryProgress) => void,
  ): Promise<Answer<QueryFacts>> {
    onProgress({ phase: "work", done: 1, total: 2 });
    const answer = answerOf(request);
    return "kind" in answer ? fail(answer) : ok(answer);
  }

  stopQuery(): Promise<void> {
    return Promise.resolve();
  }

  queryWindow(window: QueryWindowRequest): Promise<Answer<QueryWindow>> {
    return ok(windowOf(window));
  }

  search(text: string, limit: number): Promise<Answer<SearchHit[]>> {
    const id = indexOf(text);
    if (id !== null)
      return ok([
        { kind: "object", class: null, object: id, text: row(id).name, detail: addressOf(id) },
      ]);
    const hits = histogramRows(true).filter((r) =>
      r.name.toLowerCase().includes(text.toLowerCase()),
    );
    return ok(
      hits.slice(0, limit).map((r) => ({
        kind: "class",
        class: r.class,
        object: null,
        text: r.name,
        detail: `${r.instances.toLocaleString("en-US")} objects`,
      })),
    );
  }
}

function compare(a: string | number | null, b: string | number | null): number {
  if (typeof a === "string" && typeof b === "string") return a < b ? -1 : a > b ? 1 : 0;
  return Number(a ?? -1) - Number(b ?? -1);
}

function field(name: string, target: number, isStatic: boolean): FieldValue {
  return {
    declaredBy: row(HOLDER).name.slice(6),
    name,
    longName: null,
    type: "Object",
    isStatic,
    primitive: null,
    target: row(target),
    dangling: null,
  };
}

function text(name: string, type: string, primitive: string): FieldValue {
  return {
    declaredBy: "org.apache.tomcat.websocket.WsSession",
    name,
    longName: null,
    type,
    isStatic: false,
    primitive,
    target: null,
    dangling: null,
  };
}
