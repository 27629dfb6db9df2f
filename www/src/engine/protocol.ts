/**
 * What the worker and the page say to each other. The data types mirror the Rust answers one to one.
 */

/** Size in bytes (exact integer; below 2^53). */
export type Bytes = number;
/** A count of things. */
export type Count = number;
/** Dense number of an object in this dump. Never shown to a person. */
export type ObjectIndex = number;
/** Dense number of a class in this dump. Never shown to a person. */
export type ClassIndex = number;
/** An object id as text, "0x7f1200a8". */
export type Address = string;

export type PhaseName = "scan" | "index" | "link" | "reach" | "dominators" | "retained" | "paths" | "suspects";

/** Where the load stands. */
export interface Progress {
  phase: PhaseName;
  /** 1-based number of this phase and how many there are. */
  step: number;
  steps: number;
  /** Work done and expected in this phase, in `unit`. */
  done: number;
  total: number;
  unit: "bytes" | "objects";
  /** Totals over the whole load so far. */
  bytesRead: Bytes;
  fileBytes: Bytes;
  objects: Count;
  classes: Count;
  /** wasm linear memory. */
  engineBytes: Bytes;
  /** True as soon as the class histogram (without retained sizes) can be asked for. */
  histogramReady: boolean;
}

export interface EngineError {
  kind:
    | "notHprof" | "unsupported" | "noHeapDump" | "read" | "compression" | "tooLarge"
    | "cancelled" | "notFound" | "crashed";
  message: string;
  /** Absolute offset in the uncompressed dump. */
  offset: number | null;
  advice: string | null;
}

export interface ClassRef {
  class: ClassIndex;
  /** Java name: "java.lang.String", "int[]", "java.util.Map$Entry[]". */
  name: string;
}

export type ObjectKind = "instance" | "objectArray" | "primitiveArray" | "class" | "systemLoader";

/** One object in any list. */
export interface ObjectRow {
  object: ObjectIndex;
  address: Address;
  kind: ObjectKind;
  /** Class of the object; for kind "class" this is java.lang.Class. */
  class: ClassRef;
  /** How a programmer names it: "java.lang.Object[6246]", "class com.acme.Foo", "java.util.HashMap". */
  name: string;
  /** Decoded value where the class has one (String text, thread name, boxed number); else null. */
  value: string | null;
  /** Elements, for arrays. */
  length: Count | null;
  shallow: Bytes;
  retained: Bytes;
  /** Number of objects that it immediately dominates. */
  dominated: Count;
  /** Labels of the GC roots on it ("System class", "Thread", "JNI global"); empty for most. */
  roots: string[];
  /** True when no GC root reaches it. */
  unreachable: boolean;
}

/** A step of a chain of references, root first. `via` leads from the previous step to this one. */
export interface PathStep {
  /** Field that leads here: "elementData", "[17]", "static SESSIONS", "<local>", "<class>"; null on the first. */
  via: string | null;
  row: ObjectRow;
}

export interface Path {
  /** Shortest path from a GC root to the object, root first; empty when none exists. */
  steps: PathStep[];
  /** Kind of the root at its start. */
  root: string | null;
  /** True when a path exists only through weak, soft, phantom or finalizer references. */
  weakOnly: boolean;
}

export interface Warning {
  /** Stable name of the kind of oddity. */
  kind: string;
  /** One sentence. */
  message: string;
  count: Count;
  /** Offset of the first occurrence. */
  firstOffset: number | null;
}

export interface DumpFacts {
  fileName: string;
  fileBytes: Bytes;
  /** Uncompressed bytes of the dump. */
  dumpBytes: Bytes;
  /** "JAVA PROFILE 1.0.2" */
  format: string;
  /** java.vm.name, java.version from the system properties where found; else null. */
  jvm: string | null;
  javaVersion: string | null;
  /** Milliseconds since 1970. */
  takenAt: number | null;
  idBytes: number;
  referenceBytes: number;
  alignment: number;
  sizeModel: "mat" | "calibrated";
  usedHeap: Bytes;
  objects: Count;
  classes: Count;
  classLoaders: Count;
  gcRoots: Count;
  gcRootsByKind: { kind: string; count: Count }[];
  unreachableObjects: Count;
  unreachableBytes: Bytes;
  threads: Count;
  /** Of how many heap dumps in the file this is which (1-based). */
  dump: number;
  dumps: number;
  /** Seconds from start to suspects. */
  seconds: number;
  engineBytes: Bytes;
  /** Peak engine bytes per object. */
  bytesPerObject: number;
  warnings: Warning[];
  /** True when the file ends early; what it holds is shown. */
  truncated: boolean;
}

/** A run of text, or a link to an object or class. Sentences are built from these by the engine. */
export type Phrase =
  | { text: string; kind: "plain" | "strong" | "culprit" | "code" }
  | { text: string; kind: "object"; object: ObjectIndex }
  | { text: string; kind: "class"; class: ClassIndex };

export interface Suspect {
  /** 1-based rank. */
  rank: number;
  kind: "instance" | "class" | "classLoader" | "thread" | "group";
  /** The suspect object (single), or null for a group. */
  object: ObjectRow | null;
  /** Class of the suspect(s). */
  class: ClassRef;
  /** Number of suspect objects: 1, or the size of the group. */
  members: Count;
  /** The holder as a programmer names it: "ExcelExportTaskWebSocket.SESSIONS", "UpgradeGroupInfo.upgradeInfos", "thread main > Foo.bar". */
  holder: string;
  retained: Bytes;
  shallow: Bytes;
  /** Share of the used heap, 0..1. */
  share: number;
  /** Where the memory piles up. */
  accumulation: ObjectRow | null;
  /** What piled up: the most common class right below the accumulation point. */
  pile: { class: ClassRef; count: Count; retained: Bytes; average: Bytes } | null;
  /** One-sentence headline. */
  headline: Phrase[];
  /** Following sentences (proof). */
  story: Phrase[][];
  /** Shortest path from a GC root to the accumulation point (or to a member of the group). */
  path: Path;
  /** Keywords for a search engine or ticket. */
  keywords: string[];
  /** Largest members of a group, or the largest objects dominated by the accumulation point. */
  biggest: ObjectRow[];
}

export interface SuspectReport {
  suspects: Suspect[];
  /** Bytes not held by any suspect. */
  remainder: Bytes;
  /** Calm headline when nothing stands out. */
  headline: Phrase[];
}

/** A cell of the icicle: a node of the dominator tree, or a group of smaller siblings. */
export interface IcicleCell {
  /** Position of the parent cell in the list; -1 for the root. Parents come before children. */
  parent: number;
  /** 0 for the whole heap. */
  depth: number;
  /** Null for the root and for groups. */
  object: ObjectIndex | null;
  label: string;
  /** Class name for colour and hover. */
  className: string;
  retained: Bytes;
  /** Objects in this cell: 1, or how many siblings the group stands for. */
  count: Count;
  suspect: boolean;
}

export interface HistogramRow {
  class: ClassIndex;
  name: string;
  loader: string;
  instances: Count;
  shallow: Bytes;
  /** Minimum retained size of all instances and the class object; null until computed. */
  retained: Bytes | null;
  /** Instances no GC root reaches (not counted in `instances`). */
  unreachable: Count;
  unreachableShallow: Bytes;
}

export type SortKey<K extends string> = { key: K; descending: boolean };
export type HistogramKey = "name" | "instances" | "shallow" | "retained" | "loader";

export interface HistogramQuery {
  sort: SortKey<HistogramKey>;
  /** Per column: text (substring, or /regex/), or a number filter: ">1M", ">=1000", "1000..2000", "5%". */
  filter: Partial<Record<HistogramKey, string>>;
  start: Count;
  count: Count;
}

/** A window of a sorted, filtered table. */
export interface Window<R> {
  rows: R[];
  start: Count;
  /** Rows that pass the filter. */
  matching: Count;
  /** All rows. */
  total: Count;
}

export interface HistogramWindow extends Window<HistogramRow> {
  /** Sums over the matching rows. */
  instances: Count;
  shallow: Bytes;
  /** A filter that could not be understood: column and reason. */
  filterError: { key: HistogramKey; message: string } | null;
  /** Largest values of the matching rows, for bars. */
  maxShallow: Bytes;
  maxRetained: Bytes | null;
}

export type ObjectKey = "address" | "shallow" | "retained" | "length";

/** A field or static of an object. */
export interface FieldValue {
  /** Class that declares the field. */
  declaredBy: string;
  name: string;
  /** Java type: "int", "Object", "boolean". */
  type: string;
  isStatic: boolean;
  /** Primitive as text; null for references. */
  primitive: string | null;
  /** The object that it refers to; null when null or when `dangling`. */
  target: ObjectRow | null;
  /** A non-null reference to an object that the dump does not hold: its address. */
  dangling: Address | null;
}

export interface ElementsWindow {
  start: Count;
  total: Count;
  /** Object array: the rows (null elements are null). */
  objects: (ObjectRow | null)[] | null;
  /** Primitive array: elements as text. */
  primitives: string[] | null;
}

export interface ObjectDetails {
  row: ObjectRow;
  /** File offset of the record in the uncompressed dump. */
  fileOffset: number;
  loader: ObjectRow | null;
  /** Super classes, nearest first (for class objects: of the represented class). */
  hierarchy: ClassRef[];
  fields: FieldValue[];
  /** Statics: of the class represented by a class object; else of the object's class. */
  statics: FieldValue[];
  /** For kind "class": the represented class. */
  represents: ClassRef | null;
  /** First page of the elements, for arrays. */
  elements: ElementsWindow | null;
  /** Full text for Strings and char/byte arrays that read as text (first 64 Ki characters). */
  text: string | null;
  textLength: Count | null;
  inboundTotal: Count | null;
}

export interface ReferenceRow {
  /** Field names: "next", "[3]", "static CACHE", "<class>", "<local>"; several when one object refers by many. */
  via: string[];
  row: ObjectRow;
}

export interface ClassDetails {
  class: ClassRef;
  /** The class object. */
  object: ObjectRow | null;
  superClass: ClassRef | null;
  loader: ObjectRow | null;
  instanceSize: Bytes | null;
  histogram: HistogramRow;
  hierarchy: ClassRef[];
  statics: FieldValue[];
  /** Declared instance fields, "type name". */
  declaredFields: { name: string; type: string }[];
}

/** Row in a quick search result. */
export interface SearchHit {
  kind: "class" | "object";
  class: ClassIndex | null;
  object: ObjectIndex | null;
  text: string;
  detail: string;
}

export interface OpenOptions {
  /** Which dump of a file that holds several, 1-based. */
  dump: number;
  sizeModel: "mat" | "calibrated";
}

export type Answer<T> = { ok: true; value: T } | { ok: false; error: EngineError };

/** The worker's service. Every call answers data or an error as data; nothing throws but a crash. */
export interface Engine {
  /** Loads a dump to suspects. Only one at a time; a new one drops the old. */
  open(file: File, options: OpenOptions, onProgress: (progress: Progress) => void): Promise<Answer<DumpFacts>>;
  /** Stops a load at the next step; `open` then answers "cancelled". */
  cancel(): Promise<void>;
  /** Composes the sample dump (bytes of an .hprof) that "Try the example" opens. */
  sample(): Promise<File>;

  facts(): Promise<Answer<DumpFacts>>;
  suspects(): Promise<Answer<SuspectReport>>;
  /** Cut of the dominator tree below `root` (null: whole heap); cells at least `minShare` of the root. */
  icicle(root: ObjectIndex | null, maxDepth: number, minShare: number): Promise<Answer<IcicleCell[]>>;
  /** Works from the end of the scan on. */
  histogram(query: HistogramQuery): Promise<Answer<HistogramWindow>>;
  classDetails(id: ClassIndex): Promise<Answer<ClassDetails>>;
  instances(id: ClassIndex, sort: SortKey<ObjectKey>, start: Count, count: Count): Promise<Answer<Window<ObjectRow>>>;
  /** Children in the dominator tree, largest retained first; null: the first level. */
  dominated(parent: ObjectIndex | null, start: Count, count: Count): Promise<Answer<Window<ObjectRow>>>;
  object(id: ObjectIndex): Promise<Answer<ObjectDetails>>;
  /** Address ("0x…") to object, for links. */
  resolve(address: Address): Promise<Answer<ObjectRow>>;
  elements(id: ObjectIndex, start: Count, count: Count): Promise<Answer<ElementsWindow>>;
  pathToRoot(id: ObjectIndex): Promise<Answer<Path>>;
  /** Dominators of the object, outermost first, the object last. */
  dominatorPath(id: ObjectIndex): Promise<Answer<ObjectRow[]>>;
  outbound(id: ObjectIndex, start: Count, count: Count): Promise<Answer<Window<ReferenceRow>>>;
  inbound(id: ObjectIndex, start: Count, count: Count): Promise<Answer<Window<ReferenceRow>>>;
  /** Classes by name, objects by address. */
  search(text: string, limit: number): Promise<Answer<SearchHit[]>>;
}
