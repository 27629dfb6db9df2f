/**
 * What the worker and the page say to each other. The data types are the engine's own: `answers.ts` is generated
 * from the Rust types, and this file adds what only TypeScript knows.
 */
import type {
  BytesPiece,
  ClassDetails,
  ClassIndex,
  ContentsQuery,
  ContentsWindow,
  DominatedKey,
  DominatedWindow,
  DumpFacts,
  DuplicateKey,
  DuplicateRow,
  DuplicateWindow,
  ElementsWindow,
  ErrorData,
  ErrorKind,
  ForestFacts,
  ForestProgress,
  ForestTop,
  HistogramQuery,
  HistogramWindow,
  IcicleCell,
  LoaderEntry,
  ObjectDetails,
  ObjectIndex,
  ObjectKey,
  ObjectRow,
  OutsideReport,
  Path,
  PhaseName,
  Progress,
  QueryFacts,
  QueryProgress,
  QueryWindow,
  QueryWindowRequest,
  QuestionFacts,
  ReferenceRow,
  RootEntry,
  SearchHit,
  Setting,
  SideAnswer,
  SizeModel,
  Sort,
  StackEntry,
  StackKey,
  StackWindow,
  SurveyProgress,
  SurveyTopic,
  SuspectReport,
  TextPiece,
  TextPlace,
  ThreadDetails,
  ThreadKey,
  ThreadWindow,
  Verdict,
  Window,
} from "./answers";

export type * from "./answers";

/** A count of things. */
export type Count = number;
/** An object id as text, "0x7f1200a8". */
export type Address = string;

/** The order of a table by one of the columns `K`. */
export type SortKey<K extends string> = Sort<K>;

/** A request for a window of a table with the columns `K`. */
export interface TableQuery<K extends string> {
  sort: SortKey<K>;
  /** Filters by column, as typed. */
  filter: Partial<Record<K, string>>;
  start: Count;
  count: Count;
}

/** An error of the engine, or the end of the engine itself. */
export interface EngineError extends Omit<ErrorData, "kind"> {
  kind: ErrorKind | "crashed";
  /** What the engine was doing when it ended; only of a crash during a load. */
  phase?: PhaseName;
}

export interface OpenOptions {
  /** Which dump of a file that holds several, 1-based. */
  dump: number;
  /** The size model wished for; `DumpFacts.sizeModel` tells which one the engine used. */
  sizeModel: SizeModel;
  /** Bytes that the engine may use; without a number all that a wasm memory can have. */
  memory?: number | undefined;
}

export type Answer<T> = { ok: true; value: T } | { ok: false; error: EngineError };

/** How a report is written: one page, Markdown for a ticket, data for programs. */
export type ReportFormat = "html" | "md" | "json";

/** The worker's service. Every call answers data or an error as data; nothing throws but a crash. */
export interface Engine {
  /** Loads a dump to suspects. Only one at a time; a new one drops the old. */
  open(
    file: File,
    options: OpenOptions,
    onProgress: (progress: Progress) => void,
  ): Promise<Answer<DumpFacts>>;
  /** Stops a load at the next step; `open` then answers "cancelled". */
  cancel(): Promise<void>;
  /** Composes the sample dump (bytes of an .hprof) that "Try the example" opens. */
  sample(): Promise<File>;

  facts(): Promise<Answer<DumpFacts>>;
  suspects(): Promise<Answer<SuspectReport>>;
  verdict(): Promise<Answer<Verdict>>;
  /** What objects of the heap own outside it: worked out first, unless that is done already. */
  outside(): Promise<Answer<OutsideReport>>;
  /** Texts about the same process (jcmd, smaps), each beside what the heap explains. */
  compareTexts(texts: readonly string[]): Promise<Answer<SideAnswer[]>>;
  /**
   * The text of a report; without contents it tells nothing that strings and arrays of the dump hold. Works out what
   * lies outside the heap first; `stopSurveys` makes it answer "cancelled".
   */
  report(
    format: ReportFormat,
    withContent: boolean,
    onProgress: (progress: SurveyProgress) => void,
  ): Promise<Answer<string>>;
  /** Cut of the dominator tree below `root` (null: whole heap); cells at least `minShare` of the root. */
  icicle(
    root: ObjectIndex | null,
    maxDepth: number,
    minShare: number,
  ): Promise<Answer<IcicleCell[]>>;
  /** Works from the end of the scan on. */
  histogram(query: HistogramQuery): Promise<Answer<HistogramWindow>>;
  classDetails(id: ClassIndex): Promise<Answer<ClassDetails>>;
  instances(
    id: ClassIndex,
    sort: SortKey<ObjectKey>,
    start: Count,
    count: Count,
  ): Promise<Answer<Window<ObjectRow>>>;
  /** Children in the dominator tree, largest retained first; null: the first level. */
  dominated(
    parent: ObjectIndex | null,
    start: Count,
    count: Count,
  ): Promise<Answer<Window<ObjectRow>>>;
  /** The same in an order of one's own; filters are of the first level only. */
  dominatedRows(
    parent: ObjectIndex | null,
    query: TableQuery<DominatedKey>,
  ): Promise<Answer<DominatedWindow>>;
  object(id: ObjectIndex): Promise<Answer<ObjectDetails>>;
  /** Address ("0x…") to object, for links. */
  resolve(address: Address): Promise<Answer<ObjectRow>>;
  elements(id: ObjectIndex, start: Count, count: Count): Promise<Answer<ElementsWindow>>;
  /** What is in a collection: of one whose class is not known, the answer is "notFound". */
  /** What is in a collection; error kind "cancelled" when another, or another order, was asked for meanwhile. */
  contents(id: ObjectIndex, query: ContentsQuery): Promise<Answer<ContentsWindow>>;
  /** A piece of about `count` bytes of a primitive array; pieces follow one another. */
  bytes(id: ObjectIndex, start: Count, count: Count): Promise<Answer<BytesPiece>>;
  pathToRoot(id: ObjectIndex): Promise<Answer<Path>>;
  /** Dominators of the object, outermost first, the object last. */
  dominatorPath(id: ObjectIndex): Promise<Answer<ObjectRow[]>>;
  outbound(id: ObjectIndex, start: Count, count: Count): Promise<Answer<Window<ReferenceRow>>>;
  inbound(id: ObjectIndex, start: Count, count: Count): Promise<Answer<Window<ReferenceRow>>>;
  /** Classes of what no GC root reaches: objects and sizes of these only, retained once there is a forest. */
  unreachableHistogram(query: HistogramQuery): Promise<Answer<HistogramWindow>>;
  /**
   * Works out the forest of unreachable objects, unless that is done already: their dominator tree, with retained
   * sizes of its own. From then on all answers about unreachable objects use it.
   */
  growForest(onProgress: (progress: ForestProgress) => void): Promise<Answer<ForestFacts>>;
  /** Gives up the forest and its memory; `growForest` under way answers "cancelled". */
  dropForest(): Promise<void>;
  /** First level of the forest, largest retained first. What lies below, `dominated` tells. */
  forestTop(start: Count, count: Count): Promise<Answer<Window<ForestTop>>>;
  /** The questions of the catalogue. */
  questions(): Promise<Answer<QuestionFacts[]>>;
  /** Works a question out, unless its answer is kept already. `request` is text as an address holds it. */
  runQuery(
    request: string,
    onProgress: (progress: QueryProgress) => void,
  ): Promise<Answer<QueryFacts>>;
  /** Gives up working a question out; `runQuery` under way answers "cancelled". */
  stopQuery(request: string): Promise<void>;
  /**
   * Rows of an answer; error kind "notComputed" when it is not kept (any more), "cancelled" when the same list was
   * asked for in another order meanwhile. The same holds for `dominatedRows`.
   */
  queryWindow(window: QueryWindowRequest): Promise<Answer<QueryWindow>>;
  /** Classes by name, objects by address. */
  search(text: string, limit: number): Promise<Answer<SearchHit[]>>;
  /** A piece of about `count` positions of a text or name from about `start` on; pieces follow one another. */
  text(place: TextPlace, start: Count, count: Count): Promise<Answer<TextPiece>>;
  /**
   * Works out all threads, all class loaders or what lies outside the heap, unless that is done already. The
   * questions about threads and loaders below need it; those about GC roots, settings and duplicate names do not.
   */
  survey(topic: SurveyTopic, onProgress: (progress: SurveyProgress) => void): Promise<Answer<null>>;
  /** Makes surveys under way answer "cancelled"; the next one goes on where they were. */
  stopSurveys(): Promise<void>;
  threads(query: TableQuery<ThreadKey>): Promise<Answer<ThreadWindow>>;
  /** Threads by their stack. */
  stacks(query: TableQuery<StackKey>): Promise<Answer<StackWindow>>;
  /** The thread at an address, or with a stack that no thread claims: "trace-12". */
  threadAt(place: string): Promise<Answer<ThreadDetails>>;
  /** Frames of a thread, the top first; at the end one for locals that belong to none. */
  threadFrames(thread: number, start: Count, count: Count): Promise<Answer<Window<StackEntry>>>;
  /** Objects that the locals of a frame refer to, largest retained first; null: of no frame. */
  frameLocals(
    thread: number,
    frame: number | null,
    start: Count,
    count: Count,
  ): Promise<Answer<Window<StackEntry>>>;
  /** Stacks of threads as text, in the order of the dump. */
  stackTexts(start: Count, count: Count): Promise<Answer<string>>;
  /** Loaders and classes below a loader; null: the boot loader itself. */
  loaderChildren(
    loader: number | null,
    start: Count,
    count: Count,
  ): Promise<Answer<Window<LoaderEntry>>>;
  /** Loaders from the boot loader down to the one at that address. */
  loaderPath(address: Address): Promise<Answer<LoaderEntry[]>>;
  /** Names that several loaders gave a class. */
  duplicateClasses(query: TableQuery<DuplicateKey>): Promise<Answer<DuplicateWindow>>;
  /** The classes that share the name of one. */
  classesOfName(id: ClassIndex, start: Count, count: Count): Promise<Answer<Window<DuplicateRow>>>;
  /** Kinds of GC roots; with a kind its classes. */
  rootGroups(kind: string | null, start: Count, count: Count): Promise<Answer<Window<RootEntry>>>;
  rootObjects(
    kind: string,
    id: ClassIndex,
    start: Count,
    count: Count,
  ): Promise<Answer<Window<RootEntry>>>;
  /** System properties and environment variables. */
  settings(): Promise<Answer<Setting[]>>;
}
