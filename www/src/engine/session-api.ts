/**
 * What the wasm module exports, as the worker uses it. The generated bindings have this shape; naming it here
 * lets the page type-check before they are built.
 */
import type {
  Address,
  ClassIndex,
  ContentsQuery,
  ContentsStep,
  Count,
  DominatedKey,
  DominatedWindow,
  DumpFacts,
  DuplicateKey,
  Engine,
  ForestStep,
  HistogramQuery,
  ObjectIndex,
  ObjectKey,
  QueryStep,
  QueryWindow,
  QueryWindowRequest,
  ReportFormat,
  RowsStep,
  SortKey,
  StackKey,
  StepAnswer,
  SurveyStep,
  SurveyTopic,
  TableQuery,
  TextPlace,
  ThreadKey,
} from "./protocol";

/** What an `Engine` query answers when it succeeds. */
type Value<M extends keyof Engine> =
  Awaited<ReturnType<Engine[M]>> extends infer A
    ? A extends { ok: true; value: infer V }
      ? V
      : never
    : never;

/** One dump, being loaded or loaded. Queries throw an object shaped like `EngineError`. */
export interface RustSession {
  /** Offset and length of the slice of the file that the next step parses; empty when it parses none. */
  wanted(): ArrayLike<number> & Iterable<number>;
  /**
   * Does one bounded batch of the load, 10 to 30 ms. Throws what makes the dump unreadable. Parses the bytes if they
   * are given, which must be those wanted; else reads them itself.
   */
  step(bytes?: Uint8Array): StepAnswer;
  facts(): DumpFacts;
  suspects(): Value<"suspects">;
  verdict(): Value<"verdict">;
  outside(): Value<"outside">;
  compareTexts(texts: readonly string[]): Value<"compareTexts">;
  report(format: ReportFormat, withContent: boolean): Value<"report">;
  icicle(root: ObjectIndex | null, maxDepth: number, minShare: number): Value<"icicle">;
  histogram(query: HistogramQuery): Value<"histogram">;
  classDetails(id: ClassIndex): Value<"classDetails">;
  instances(
    id: ClassIndex,
    sort: SortKey<ObjectKey>,
    start: Count,
    count: Count,
  ): Value<"instances">;
  dominated(parent: ObjectIndex | null, start: Count, count: Count): Value<"dominated">;
  /** Does one bounded batch of filtering and sorting. */
  dominatedRows(
    parent: ObjectIndex | null,
    query: TableQuery<DominatedKey>,
  ): RowsStep<DominatedWindow>;
  object(id: ObjectIndex): Value<"object">;
  resolve(address: Address): Value<"resolve">;
  elements(id: ObjectIndex, start: Count, count: Count): Value<"elements">;
  /** Does one bounded batch of going through a collection. */
  contents(id: ObjectIndex, query: ContentsQuery): ContentsStep;
  bytes(id: ObjectIndex, start: Count, count: Count): Value<"bytes">;
  pathToRoot(id: ObjectIndex): Value<"pathToRoot">;
  dominatorPath(id: ObjectIndex): Value<"dominatorPath">;
  outbound(id: ObjectIndex, start: Count, count: Count): Value<"outbound">;
  inbound(id: ObjectIndex, start: Count, count: Count): Value<"inbound">;
  unreachableHistogram(query: HistogramQuery): Value<"unreachableHistogram">;
  forestTop(start: Count, count: Count): Value<"forestTop">;
  /** Does one bounded batch of working out the forest of unreachable objects. */
  growForest(): ForestStep;
  dropForest(): void;
  questions(): Value<"questions">;
  /** Does one bounded batch of working a question out. */
  runQuery(request: string): QueryStep;
  stopQuery(request: string): void;
  /** Does one bounded batch of working out rows. */
  queryWindow(window: QueryWindowRequest): RowsStep<QueryWindow>;
  search(text: string, limit: number): Value<"search">;
  text(place: TextPlace, start: Count, count: Count): Value<"text">;
  /** Does one bounded batch of working out all threads or all class loaders. */
  survey(topic: SurveyTopic): SurveyStep;
  threads(query: TableQuery<ThreadKey>): Value<"threads">;
  stacks(query: TableQuery<StackKey>): Value<"stacks">;
  threadAt(place: string): Value<"threadAt">;
  threadFrames(thread: number, start: Count, count: Count): Value<"threadFrames">;
  frameLocals(
    thread: number,
    frame: number | null,
    start: Count,
    count: Count,
  ): Value<"frameLocals">;
  stackTexts(start: Count, count: Count): Value<"stackTexts">;
  loaderChildren(loader: number | null, start: Count, count: Count): Value<"loaderChildren">;
  loaderPath(address: Address): Value<"loaderPath">;
  duplicateClasses(query: TableQuery<DuplicateKey>): Value<"duplicateClasses">;
  classesOfName(id: ClassIndex, start: Count, count: Count): Value<"classesOfName">;
  rootGroups(kind: string | null, start: Count, count: Count): Value<"rootGroups">;
  rootObjects(kind: string, id: ClassIndex, start: Count, count: Count): Value<"rootObjects">;
  settings(): Value<"settings">;
  /** Gives the memory back at once instead of at the collector's leisure. */
  free(): void;
}

/** The module after its wasm is instantiated. */
export interface RustModule {
  Session: {
    new (file: File, dump: number, sizeModel: string, memory?: number): RustSession;
    /** Bytes in use, and bytes that may be used. Both can be asked after a trap. */
    memoryUsed(): number;
    memoryLimit(): number;
  };
  /** Bytes of the wasm memory, which only grows. */
  memoryGrown(): number;
  /** Bytes of the example dump. */
  exampleDump(): Uint8Array<ArrayBuffer>;
}
