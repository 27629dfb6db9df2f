/**
 * Generated from the engine's Rust types; do not edit. To rewrite it:
 * UPDATE_BINDINGS=1 cargo test --features bindings --test bindings
 */
// biome-ignore-all format: generated
// biome-ignore-all lint: generated

/** Where the elements of arrays begin. */
export type ArrayBase = "word" | "element";

/**
 * A piece of the bytes of a primitive array, as the dump has them: elements of several bytes with
 * the highest one first.
 */
export type BytesPiece = {
  /** Where the piece begins, in bytes. */
  start: number;
  /** Where the next piece begins; `total` at the end. */
  next: number;
  /** Bytes of all elements. */
  total: number;
  /** Bytes of an element. */
  width: number;
  /** The bytes. */
  bytes: Uint8Array;
};

/** What the calibration chose, and how far the dump agrees with it. */
export type Calibration = {
  /** The layout that explains the distances best. */
  layout: Layout;
  /** Whether class objects hold the static fields of their class (JDK 7 on). */
  staticsInClassObjects: boolean;
  /** Classes that have an instance with a neighbour behind it. */
  classes: number;
  /** Those of them whose size is the smallest distance behind an instance. */
  agreeingClasses: number;
  /**
   * Those whose size is taken from the distance because the layout does not explain it: fields
   * that the JVM adds without listing them in the dump.
   */
  ownEvidenceClasses: number;
  /** Instances with a neighbour behind them. */
  neighbours: number;
  /** Those of them to whose end the neighbour begins. */
  agreeingNeighbours: number;
};

/** What one cell shows. */
export type Cell = { "kind": "object", "value": ObjectRow } | { "kind": "class", "value": ClassRef } | { "kind": "text", "value": string } | { "kind": "number", "value": number } | { "kind": "none" };

/** How sure a match is. */
export type Certainty = "certain" | "likely" | "possible";

/** One of a few values. */
export type Choice = {
  /** In requests. */
  name: string;
  /** Label. */
  title: string;
};

/** Everything about one class. */
export type ClassDetails = {
  /** The class. */
  class: ClassRef;
  /** Bytes of the name, where the one shown leaves out its middle. */
  longNameBytes: number | null;
  /** The class object. */
  object: ObjectRow | null;
  /** Its super class. */
  superClass: ClassRef | null;
  /** Its loader, unless it is the boot loader. */
  loader: ObjectRow | null;
  /** Shallow bytes of one instance; `null` for arrays. */
  instanceSize: number | null;
  /** Its row in the histogram. */
  histogram: HistogramRow;
  /** Super classes, nearest first. */
  hierarchy: Array<ClassRef>;
  /** Static fields. */
  statics: Array<FieldValue>;
  /** Declared instance fields. */
  declaredFields: Array<DeclaredField>;
};

/** Dense number of a class. */
export type ClassIndex = number;

/** A class by number and name. */
export type ClassRef = {
  /** Dense number. */
  class: ClassIndex;
  /** Java name. */
  name: string;
};

/** How a column is headed. */
export type Column = {
  /** Heading. */
  title: string;
  /** What it shows, in one sentence. */
  hint: string;
  /** What kind of thing. */
  kind: ColumnKind;
  /** Whether the sum over rows means something. */
  total: boolean;
  /** Whether values are lower bounds. */
  atLeast: boolean;
};

/** What kind of thing a column shows. */
export type ColumnKind = "thing" | "count" | "bytes" | "share";

/** A figure of a text beside the heap's. */
export type Comparison = {
  /** What is counted. */
  what: string;
  /** Whether figures are bytes. */
  unit: Unit;
  /** What the text says. */
  told: number;
  /** What the heap explains of it; `null` where a heap cannot know. */
  explained: number | null;
  /** Whether that is an estimate. */
  isEstimate: boolean;
  /** What the difference is, where there is something to say. */
  note: string;
};

/** How sure the verdict is. */
export type Confidence = "low" | "moderate" | "high";

/** What a reference leads to: an object, one that the dump does not hold, or null (neither). */
export type Content = {
  /** The object. */
  object: ObjectRow | null;
  /** Address of an object that the dump does not hold. */
  dangling: string | null;
};

/** Orders of contents. */
export type ContentsKey = "index" | "keyRetained" | "retained";

/** What a collection is to its program. */
export type ContentsKind = "map" | "list" | "set" | "queue";

/** Which rows. */
export type ContentsQuery = {
  /** By what. */
  key: ContentsKey;
  /** Largest first. */
  descending: boolean;
  /** First row. */
  start: number;
  /** Rows at most. */
  count: number;
};

/** An entry or element. */
export type ContentsRow = {
  /** Position, from 0, in the order in which the collection keeps it. */
  index: number;
  /** The key, of a map. */
  key: Content | null;
  /** The value or element. */
  value: Content;
};

/** What one step towards a window of the contents says. */
export type ContentsStep = {
  /** Whether the window is there; until then the same must be asked again. */
  done: boolean;
  /** The window, once it is there. */
  window: ContentsWindow | null;
};

/** A window of the contents of a collection. */
export type ContentsWindow = {
  /** What the collection is. */
  kind: ContentsKind;
  /** The rows. */
  rows: Array<ContentsRow>;
  /** Position of the first row. */
  start: number;
  /** Entries that can be listed; while not all were seen, what the collection says of its size. */
  total: number;
  /** The same: nothing is filtered. */
  matching: number;
  /** Size that the collection says it has, where its class keeps one. */
  size: number | null;
  /** Whether all entries were seen, so that `total` is counted. */
  counted: boolean;
  /** Whether there are more entries than are listed. */
  limited: boolean;
  /** Whether the rows can be sorted: past a number of entries they are not. */
  sortable: boolean;
  /** What is wrong with the collection. */
  troubles: Array<Trouble>;
};

/** An element that refers to an object that the dump does not hold. */
export type DanglingElement = {
  /** Position in the array. */
  index: number;
  /** Address that it refers to. */
  address: string;
};

/** An instance field as declared. */
export type DeclaredField = {
  /** Name. */
  name: string;
  /** Id of the name, `0x…`, where `name` leaves out its middle. */
  longName: string | null;
  /** Java type; `Object` for references. */
  type: string;
};

/** What the objects of the dominator tree can be sorted and filtered by. */
export type DominatedKey = "object" | "shallow" | "retained" | "dominated";

/** A window of objects of the dominator tree. */
export type DominatedWindow = {
  /** The rows. */
  rows: Array<ObjectRow>;
  /** Position of the first row. */
  start: number;
  /** Objects that pass the filter. */
  matching: number;
  /** All objects of the list. */
  total: number;
  /**
   * Shallow bytes of the objects that pass; `null` in the order of the tree without filters, for
   * which nothing is added up.
   */
  shallow: number | null;
  /** Sum of their retained sizes, which do not overlap. */
  retained: number;
  /** A filter that could not be understood; it was left out. */
  filterError: UnclearFilter<DominatedKey> | null;
};

/** The facts of a dump, and what loading it took. */
export type DumpFacts = {
  /** Name of the file. */
  fileName: string;
  /** Seconds from start to suspects. */
  seconds: number;
  /** Bytes of wasm linear memory, which never shrinks: this is also the peak. */
  engineBytes: number;
  /** Engine bytes per object. */
  bytesPerObject: number;
  /** What is missing for want of memory; `null` when everything is there. */
  incomplete: Incomplete | null;
  /** Bytes of the file. */
  fileBytes: number;
  /** Bytes of the uncompressed dump. */
  dumpBytes: number;
  /** Version of the format. */
  format: string;
  /** `java.vm.name`, from the system properties in the heap. */
  jvm: string | null;
  /** `java.version`, from the system properties in the heap. */
  javaVersion: string | null;
  /** When the dump began, in milliseconds since 1970. */
  takenAt: number;
  /** Bytes of an identifier in the file. */
  idBytes: number;
  /** Bytes of a reference in the heap. */
  referenceBytes: number;
  /** Bytes that sizes and addresses are multiples of. */
  alignment: number;
  /** Size model in use. */
  sizeModel: SizeModel;
  /**
   * The memory layout that the calibrated size model chose, and how far the dump agrees with it;
   * `null` with the `mat` model.
   */
  layout: Calibration | null;
  /**
   * Classes with instances but without a neighbour behind any of them: their sizes are the
   * layout's alone. `null` with the `mat` model.
   */
  classesWithoutEvidence: number | null;
  /** Shallow bytes of all reachable objects (rule S7). */
  usedHeap: number;
  /** Reachable objects. */
  objects: number;
  /** Reachable class objects. */
  classes: number;
  /** Reachable class loaders, those without a class and the boot loader included. */
  classLoaders: number;
  /** Objects that are GC roots. */
  gcRoots: number;
  /** Roots by kind, the most first. */
  gcRootsByKind: Array<RootCount>;
  /** Objects that no GC root reaches. */
  unreachableObjects: number;
  /** Their shallow bytes. */
  unreachableBytes: number;
  /** Threads that are GC roots. */
  threads: number;
  /** Which dump of the file this is, from 1. */
  dump: number;
  /** Dumps in the file. */
  dumps: number;
  /** When each dump of the file was taken, in milliseconds since 1970. */
  dumpTimes: Array<number>;
  /** Android: the heaps that objects are in; empty for dumps of other JVMs. */
  spaces: Array<SpaceFact>;
  /** What the hprof agent summed up. */
  heapSummary: SummaryFact | null;
  /** What is odd in the dump, the most important first. */
  warnings: Array<WarningFact>;
  /** Whether the file ends before the dump does. */
  truncated: boolean;
  /** What is missing if it does. */
  truncation: Truncation | null;
};

/** What duplicate classes can be sorted and filtered by. */
export type DuplicateKey = "name" | "classes" | "instances" | "shallow" | "retained";

/** A name that several loaders gave a class; or, below it, one of these classes. */
export type DuplicateRow = {
  /** Name of the classes, and the first of them; the class itself below that. */
  class: ClassRef;
  /** Classes of this name; 1 for the class itself. */
  classes: number;
  /** Loader of the class; `null` for the name. */
  loader: string | null;
  /** Address of that loader, unless it is the boot loader. */
  address: string | null;
  /** Reachable instances. */
  instances: number;
  /** Their shallow bytes. */
  shallow: number;
  /** Minimum retained size; of a name, the sum of those of its classes. */
  retained: number | null;
};

/** A window of duplicate classes. */
export type DuplicateWindow = {
  /** The rows. */
  rows: Array<DuplicateRow>;
  /** Position of the first row. */
  start: number;
  /** Names that pass the filter. */
  matching: number;
  /** All names that more than one class has. */
  total: number;
  /** Classes of the names that pass. */
  classes: number;
  /** Instances of these. */
  instances: number;
  /** Their shallow bytes. */
  shallow: number;
  /** A filter that could not be understood; it was left out. */
  filterError: UnclearFilter<DuplicateKey> | null;
};

/** A page of array elements. */
export type ElementsWindow = {
  /** First element of the page. */
  start: number;
  /** Elements of the array. */
  total: number;
  /** Elements of an object array; nulls and dangling references are `null`. */
  objects: Array<ObjectRow | null> | null;
  /** Addresses of the elements, by position, that the dump does not hold. */
  dangling: Array<DanglingElement>;
  /** Elements of a primitive array as text. */
  primitives: Array<string> | null;
};

/** An `Error` as data. */
export type ErrorData = {
  /** The kind, for programs. */
  kind: ErrorKind;
  /** What happened, in one sentence. */
  message: string;
  /** Absolute offset in the uncompressed dump, when the cause has one. */
  offset: number | null;
  /** What to do, when there is something to do. */
  advice: string | null;
  /** Memory that did not suffice, when that is the cause. */
  memory?: Shortage;
};

/** What kind of failure an `Error` is; the stable part of an error, for programs. */
export type ErrorKind = "notHprof" | "unsupported" | "noHeapDump" | "read" | "compression" | "tooLarge" | "notComputed" | "cancelled" | "notFound";

/** The thread that was throwing `OutOfMemoryError`. */
export type FailedThread = {
  /** The thread. */
  thread: ObjectRow;
  /** Its name. */
  name: string;
  /** Message of the error, where the dump has it. */
  message: string | null;
  /** Its stack, the top first, as in a stack trace; constructors of the error left out. */
  frames: Array<string>;
  /** Frames after those. */
  more: number;
};

/** How the fields of a class are placed behind those of its super class. */
export type FieldPacking = "fillsGaps" | "superClassFirst";

/** A field or static with its value. */
export type FieldValue = {
  /** Class that declares it. */
  declaredBy: string;
  /** Name. */
  name: string;
  /** Id of the name, `0x…`, where `name` leaves out its middle. */
  longName: string | null;
  /** Java type; `Object` for references. */
  type: string;
  /** Whether it is a static. */
  isStatic: boolean;
  /** A primitive value as text; `?` when the record is too short for the field. */
  primitive: string | null;
  /** The object that it refers to. */
  target: ObjectRow | null;
  /** Address of an object that the dump does not hold. */
  dangling: string | null;
};

/** What the dump shows. */
export type Finding = "calm" | "suspected" | "outside" | "classes" | "allocation";

/** What the forest is, in figures. */
export type ForestFacts = {
  /** Unreachable objects. */
  objects: number;
  /** Their shallow bytes. */
  bytes: number;
  /** Objects on the first level: nothing within the garbage dominates them. */
  top: number;
  /** Of these, objects to which no other unreachable object refers. */
  unreferenced: number;
  /** Of these, objects that stand for a cycle. The others are shared. */
  cycles: number;
  /** Memory that the forest takes in the engine. */
  engineBytes: number;
};

/** What is being done about the forest, in this order. */
export type ForestPhase = "collect" | "connect" | "roots" | "dominators" | "retained" | "classes";

/** How far the forest is. */
export type ForestProgress = {
  /** What is being done. */
  phase: ForestPhase;
  /** Number of this phase, from 1. */
  step: number;
  /** How many phases there are. */
  steps: number;
  /** Estimated work done in this phase. */
  done: number;
  /** Estimated work of this phase; at least 1. */
  total: number;
};

/** What one step towards the forest of unreachable objects answers. */
export type ForestStep = {
  /** True when the forest is ready. */
  done: boolean;
  /** Where it stands. */
  progress: ForestProgress;
  /** The forest in figures, once it is ready. */
  facts: ForestFacts | null;
};

/** An object on the first level of the forest. */
export type ForestTop = {
  /** Why it is here. */
  standing: Standing;
  /** Dense number. */
  object: ObjectIndex;
  /** Object id, `0x…`. */
  address: string;
  /** `instance`, `objectArray`, `primitiveArray`, `class` or `systemLoader`. */
  kind: ObjectKind;
  /** Class of the object; `java.lang.Class` for class objects. */
  class: ClassRef;
  /** As a programmer names it: `java.lang.Object[6246]`, `class com.acme.Foo`. */
  name: string;
  /** Decoded value, where the class has one. */
  value: string | null;
  /** Elements, for arrays. */
  length: number | null;
  /** Shallow size in bytes. */
  shallow: number;
  /** Retained size in bytes; `null` where dominators were not computed. */
  retained: number | null;
  /** Number of objects that it immediately dominates; `null` where dominators were not computed. */
  dominated: number | null;
  /** Labels of the GC roots on it. */
  roots: Array<string>;
  /** True when it is known that no GC root reaches it. */
  unreachable: boolean;
};

/** A frame of a stack. */
export type FrameRow = {
  /** Its number; 0 is the top. `null` holds the locals that belong to no frame of the stack. */
  frame: number | null;
  /** As jstack writes it, `java.lang.Object.wait(Native Method)`. */
  text: string;
  /** The method's name and signature, `wait(J)V`. */
  method: string | null;
  /** The class that declares the method, where the dump has it. */
  class: ClassRef | null;
  /** Different objects that its locals refer to. */
  locals: number;
  /**
   * Bytes that its locals retain, the thread itself apart (rule D6: what two of them lead to is
   * neither's); `null` where dominators were not computed or lie too deep.
   */
  retained: number | null;
  /** The frame is the platform's own code. */
  platform: boolean;
};

/** Filters by column, as typed. */
export type HistogramFilter = {
  /** On the class name. */
  name?: string;
  /** On the instances. */
  instances?: string;
  /** On the shallow bytes. */
  shallow?: string;
  /** On the retained bytes. */
  retained?: string;
  /** On the loader. */
  loader?: string;
};

/** What a histogram can be sorted and filtered by. */
export type HistogramKey = "name" | "instances" | "shallow" | "retained" | "loader";

/** A request for a window. */
export type HistogramQuery = {
  /** Order. */
  sort: Sort<HistogramKey>;
  /** Filters. */
  filter: HistogramFilter;
  /** First row. */
  start: number;
  /** Number of rows. */
  count: number;
};

/** A row: one class. */
export type HistogramRow = {
  /** The class. */
  class: ClassIndex;
  /** Java name. */
  name: string;
  /** Class loader: `<boot>`, or the loader's class and address. */
  loader: string;
  /** Reachable instances; all instances until reachability is known. */
  instances: number;
  /** Their shallow bytes. */
  shallow: number;
  /**
   * Minimum retained size of all instances and the class object (rule D3); `null` until
   * computed.
   */
  retained: number | null;
  /** Instances that no GC root reaches. */
  unreachable: number;
  /** Their shallow bytes. */
  unreachableShallow: number;
};

/** A window of the histogram with sums over all rows that pass. */
export type HistogramWindow = {
  /** The rows. */
  rows: Array<HistogramRow>;
  /** Position of the first row. */
  start: number;
  /** Rows that pass the filter. */
  matching: number;
  /** All rows. */
  total: number;
  /** Instances of the rows that pass. */
  instances: number;
  /** Shallow bytes of the rows that pass. */
  shallow: number;
  /** A filter that could not be understood; it was left out. */
  filterError: UnclearFilter<HistogramKey> | null;
  /** Largest shallow value that passes, for bars. */
  maxShallow: number;
  /** Largest retained value that passes, for bars. */
  maxRetained: number | null;
};

/** A cell: a node of the dominator tree, or a group of smaller siblings. */
export type IcicleCell = {
  /** Position of the parent in the list; -1 for the root. Parents come before children. */
  parent: number;
  /** 0 for the root. */
  depth: number;
  /** `null` for the whole heap and for groups. */
  object: ObjectIndex | null;
  /** What it is called. */
  label: string;
  /** Class, for colour and hover; of class objects, the class that they represent. */
  className: string;
  /** The class; `null` for groups of several classes. */
  class: ClassIndex | null;
  /** Retained bytes. */
  retained: number;
  /** Objects in this cell: 1, or how many siblings the group stands for. */
  count: number;
  /** Whether it lies on the chain of a leak suspect. */
  suspect: boolean;
};

/** Parts that are missing, and why. */
export type Incomplete = {
  /** The phase of the load that did not fit into memory. */
  phase: Phase;
  /** What it needed and what was free. */
  memory: Shortage;
  /** What is missing. */
  missing: Array<Part>;
  /** The same as a sentence. */
  message: string;
  /** What to do. */
  advice: string | null;
};

/** A known leak that the heap shows. */
export type KnownLeak = {
  /** Stable name of the entry. */
  id: string;
  /** What goes wrong, in a few words. */
  title: string;
  /** How sure the match is. */
  certainty: Certainty;
  /** Rank of the suspect that it explains; `null` when it explains none in particular. */
  suspect: number | null;
  /** Share of the used heap that the evidence speaks of, 0 to 1; 0 where it is about counts. */
  share: number;
  /** What the heap shows, a sentence each. */
  evidence: Array<Array<Phrase>>;
  /** Versions of the library as the heap names them. */
  versions: Array<string>;
  /**
   * The version after the one in the heap that is free of it; all such versions where the heap
   * shows none of their lines.
   */
  fixedIn: Array<string>;
  /** Why the memory is not given back. */
  explanation: string;
  /** What to do about it. */
  remedy: string;
  /** Where this is written down. */
  sources: Array<string>;
};

/** Memory layout of all objects of a heap. */
export type Layout = {
  /**
   * Bytes before the first field of an instance: 8 on 32-bit JVMs and with compact object
   * headers, 12 with compressed class pointers, 16 without.
   */
  headerBytes: number;
  /** Bytes of a reference in a field or an element: 4 compressed or 32-bit, else 8. */
  referenceBytes: number;
  /** Bytes that sizes and addresses of objects are multiples of (`ObjectAlignmentInBytes`). */
  alignment: number;
  /** How fields are placed. */
  fields: FieldPacking;
  /** How array elements are placed. */
  arrays: ArrayBase;
  /** Bytes of a machine word: 4 or 8. */
  wordBytes: number;
};

/** A line of the tree of loaders: a loader, or a class that one defined. */
export type LoaderEntry = { "line": "loader" } & LoaderRow | { "line": "class" } & HistogramRow;

/** A class loader. */
export type LoaderRow = {
  /** Position among all loaders; 0 is the boot loader. */
  loader: number;
  /** The loader object; `null` for the boot loader, which has none. */
  row: ObjectRow | null;
  /** What it is called, with its class. */
  name: string;
  /** Loaders that have it as their parent. */
  children: number;
  /** Classes that it defined. */
  classes: number;
  /** Reachable instances of these classes. */
  instances: number;
  /** Their shallow bytes. */
  shallow: number;
  /** Bytes that would be freed with the loader object alone (rule D2). */
  retained: number | null;
  /**
   * Bytes that would be freed with the loader, its classes and all their instances; at least
   * (rule D6).
   */
  allRetained: number | null;
};

/** Everything about one object. */
export type ObjectDetails = {
  /** The object. */
  row: ObjectRow;
  /** Offset of its record in the uncompressed dump; `null` for the synthetic loader. */
  fileOffset: number | null;
  /** Loader of its class (for class objects: of the class). */
  loader: ObjectRow | null;
  /** Super classes, nearest first. */
  hierarchy: Array<ClassRef>;
  /** Instance fields, own class first. */
  fields: Array<FieldValue>;
  /** Statics of its class (for class objects: of the class). */
  statics: Array<FieldValue>;
  /** For class objects: the class. */
  represents: ClassRef | null;
  /** First page of the elements of an array. */
  elements: ElementsWindow | null;
  /** Beginning of the text of a string or of an array that reads as text. */
  text: string | null;
  /** Full length of the text. */
  textLength: number | null;
  /** What kind of collection it is, where its contents can be listed. */
  contents: ContentsKind | null;
  /** The stack of a `Throwable`, innermost frame first, where the program asked for it. */
  stack: Array<string> | null;
  /** The media type of an image that a `byte[]` holds, by its first bytes. */
  image: string | null;
};

/** Dense number of an object: its position among the object records of the dump. */
export type ObjectIndex = number;

/** What objects can be sorted by. */
export type ObjectKey = "address" | "shallow" | "retained" | "length";

/** What an object record is. */
export type ObjectKind = "instance" | "objectArray" | "primitiveArray" | "class" | "systemLoader";

/** An object by address and name. */
export type ObjectName = {
  /** The object. */
  object: ObjectIndex;
  /** Its id, `0x…`. */
  address: string;
  /** What it is called. */
  name: string;
};

/** One object in any list. */
export type ObjectRow = {
  /** Dense number. */
  object: ObjectIndex;
  /** Object id, `0x…`. */
  address: string;
  /** `instance`, `objectArray`, `primitiveArray`, `class` or `systemLoader`. */
  kind: ObjectKind;
  /** Class of the object; `java.lang.Class` for class objects. */
  class: ClassRef;
  /** As a programmer names it: `java.lang.Object[6246]`, `class com.acme.Foo`. */
  name: string;
  /** Decoded value, where the class has one. */
  value: string | null;
  /** Elements, for arrays. */
  length: number | null;
  /** Shallow size in bytes. */
  shallow: number;
  /** Retained size in bytes; `null` where dominators were not computed. */
  retained: number | null;
  /** Number of objects that it immediately dominates; `null` where dominators were not computed. */
  dominated: number | null;
  /** Labels of the GC roots on it. */
  roots: Array<string>;
  /** True when it is known that no GC root reaches it. */
  unreachable: boolean;
};

/** One kind. */
export type OutsideKind = {
  /** Which. */
  name: OutsideName;
  /** How many there are, closed ones left out. */
  count: number;
  /** Their bytes outside the heap, where something is known of them. */
  bytes: number | null;
  /** Whether the bytes are an estimate. */
  isEstimate: boolean;
  /** What else there is to say: formulas, what was left out. */
  notes: Array<string>;
  /** Their owners, the largest first. */
  rows: Array<OutsideRow>;
  /** Rows after these. */
  more: number;
};

/** Kinds of what lies outside the heap. */
export type OutsideName = "directBuffers" | "mappedFiles" | "compressors" | "zipFiles" | "threads" | "classes" | "files" | "sockets" | "otherDescriptors" | "connections" | "statements" | "resultSets" | "jniGlobals";

/** What lies outside the heap, and who owns it. */
export type OutsideReport = {
  /** Shallow bytes of all reachable objects. */
  usedHeap: number;
  /** Largest size of the heap in bytes, where the dump tells it. */
  capacity: number | null;
  /** Whether that is the JVM's argument itself. */
  capacityIsExact: boolean;
  /** Bytes of direct buffers and mapped files, which the heap knows exactly. */
  exact: number;
  /** Bytes of stacks, class metadata and compressors: an estimate. */
  estimated: number;
  /** The kinds of which there is something, in a fixed order. */
  kinds: Array<OutsideKind>;
};

/** Things of one owner. */
export type OutsideRow = {
  /** What they are: a path, an SQL text, a name; empty where the class says it. */
  label: string;
  /** Their class. */
  class: ClassRef | null;
  /** The place that holds them, as a programmer names it. */
  holder: string | null;
  /** How many. */
  count: number;
  /** Their bytes outside the heap. */
  bytes: number | null;
  /** One of them, the largest where they have bytes. */
  example: ObjectRow | null;
};

/** An argument of a question. */
export type Parameter = {
  /** Name in requests. */
  name: string;
  /** Label. */
  title: string;
  /** What it does, in one sentence. */
  hint: string;
  /** What can be given. */
  kind: ParameterKind;
  /** What holds when nothing is given. */
  default: string;
};

/** What can be given for an argument. */
export type ParameterKind = "pattern" | "optionalPattern" | "number" | { "choice": Array<Choice> } | "flag";

/** A part of the analysis that questions need. */
export type Part = "references" | "dominators" | "classRetained" | "paths" | "suspects";

/** A path from a GC root. */
export type Path = {
  /** Root first; empty when there is no path. */
  steps: Array<PathStep>;
  /** Kind of the root at its start. */
  root: string | null;
  /** True when a path exists only through weak, soft, phantom or finalizer references. */
  weakOnly: boolean;
  /** Steps left out of the middle of a very long path. */
  omitted: number;
  /** Stretches inside collections, in their order; they do not overlap. */
  folds: Array<PathFold>;
};

/**
 * A stretch of a path that is one step for a programmer: from a collection through its insides to
 * what was put into it.
 */
export type PathFold = {
  /** Position of the collection among the steps. */
  from: number;
  /** Position of what it holds; the steps between are inside the collection. */
  to: number;
  /** How the collection holds it: `["key"]`, `[12]`, `key`, `element`. */
  label: string;
};

/** A step of a chain of references. */
export type PathStep = {
  /** Reference that leads here from the step before; `null` on the first. */
  via: string | null;
  /** The object. */
  row: ObjectRow;
};

/** The phases of a load, in order. */
export type Phase = "scan" | "index" | "link" | "dominators" | "retained" | "classes" | "paths";

/** A phase of the whole load: those of the loader, then the search for suspects. */
export type PhaseName = "suspects" | Phase;

/** A run of text, or a link. */
export type Phrase = {
  /** The text. */
  text: string;
  /** How it is meant. */
  kind: PhraseKind;
  /** Where a link to an object leads. */
  object?: ObjectIndex;
  /** Its address, which links are made of. */
  address?: string;
  /** Where a link to a class leads. */
  class?: ClassIndex;
};

/** How a run of text is meant. */
export type PhraseKind = "plain" | "strong" | "culprit" | "code" | "object" | "class";

/** The objects that piled up. */
export type Pile = {
  /** Their class. */
  class: ClassRef;
  /** How many. */
  count: number;
  /** Retained bytes of all of them. */
  retained: number;
  /** Retained bytes of one, on average. */
  average: number;
};

/** What kind of place holds what piled up. */
export type PileKind = "list" | "set" | "map" | "cache" | "queue" | "array" | "localVariable" | "threadLocal" | "classLoader" | "group" | "structure";

/** Where the load stands. */
export type Progress = {
  /** What is being done. */
  phase: PhaseName;
  /** Number of this phase, from 1. */
  step: number;
  /** How many phases there are. */
  steps: number;
  /** Work done in this phase, in `unit`. */
  done: number;
  /** Work expected in this phase, in `unit`; at least 1. */
  total: number;
  /** Unit of `done` and `total`. */
  unit: WorkUnit;
  /** Bytes of the file read since the load began; each pass counts. */
  bytesRead: number;
  /** Bytes of the file. */
  fileBytes: number;
  /** Objects found so far. */
  objects: number;
  /** Classes found so far. */
  classes: number;
  /** Bytes of wasm linear memory. */
  engineBytes: number;
  /** True as soon as the class histogram (without retained sizes) can be asked for. */
  histogramReady: boolean;
};

/** An answer without its rows. */
export type QueryFacts = {
  /** The objects that the question was about, in words. */
  of: string | null;
  /** How many they are. */
  objects: number | null;
  /** Columns. */
  columns: Array<Column>;
  /** Whether rows can be opened. */
  tree: boolean;
  /** Rows of the first level. */
  rows: number;
  /** The first order. */
  sort: QueryWindowSort;
  /** What a reader should know. */
  notes: Array<string>;
};

/** Headings of the catalogue. */
export type QueryGroup = "weight" | "holders" | "strings" | "collections" | "references" | "waste" | "others";

/** What is being done about a question, in this order. */
export type QueryPhase = "set" | "work";

/** How far it is. */
export type QueryProgress = {
  /** What is being done. */
  phase: QueryPhase;
  /** Estimated work done in this phase. */
  done: number;
  /** Estimated work of this phase; at least 1. */
  total: number;
};

/** What one step towards an answer says. */
export type QueryStep = {
  /** Whether the answer is there. */
  done: boolean;
  /** How far it is. */
  progress: QueryProgress;
  /** The answer, once it is there. */
  facts: QueryFacts | null;
};

/** Rows of an answer. */
export type QueryWindow = {
  /** The rows. */
  rows: Array<RowAnswer>;
  /** Position of the first row. */
  start: number;
  /** Rows that pass the filter. */
  matching: number;
  /** All rows. */
  total: number;
  /** Sums over the rows that pass, by column. */
  totals: Array<number | null>;
  /** The largest value of the rows that pass, by column. */
  largest: Array<number | null>;
  /** A filter that could not be understood, and was left out: column and reason. */
  unclear: [number, string] | null;
};

/** A request for rows. */
export type QueryWindowRequest = {
  /** The question with its arguments. */
  request: string;
  /** Rows below this one; `null` for the first level. */
  parent: number | null;
  /** Order. */
  sort: QueryWindowSort;
  /** Filters by column, as typed; on the first level only. */
  filters: Array<string>;
  /** First row. */
  start: number;
  /** Number of rows. */
  count: number;
};

/** Order of the rows. */
export type QueryWindowSort = {
  /** Number of the column. */
  column: number;
  /** Largest first. */
  descending: boolean;
};

/** A question as the page knows it. */
export type QuestionFacts = {
  /** Name in requests. */
  name: string;
  /** Title. */
  title: string;
  /** What it is for. */
  about: string;
  /** Where it is listed. */
  group: QueryGroup;
  /** Whether it is about a set. */
  of: Subject;
  /** Arguments. */
  parameters: Array<Parameter>;
};

/** An object on the other end of a reference. */
export type ReferenceRow = {
  /** Names of the references: one object may refer by several fields. */
  via: Array<string>;
  /** The object. */
  row: ObjectRow;
};

/** GC roots of one kind. */
export type RootCount = {
  /** Label of the kind (rule G8). */
  kind: string;
  /** Roots of this kind; an object may have several kinds. */
  count: number;
};

/** A line of the tree of roots. */
export type RootEntry = { "line": "group" } & RootGroup | { "line": "object" } & ObjectRow;

/** Roots of one kind, or those of a class among them. */
export type RootGroup = {
  /** Label of the kind. */
  root: string;
  /** The class of the objects; `null` for all of the kind. */
  class: ClassRef | null;
  /** Roots: an object counts as often as the dump lists it. */
  roots: number;
  /** Different objects. */
  objects: number;
  /** Their shallow bytes. */
  shallow: number;
  /**
   * Bytes that only these objects lead to. No root dominates another, so that it is the sum of
   * their retained sizes. `null` where dominators were not computed.
   */
  retained: number | null;
};

/** A row of an answer. */
export type RowAnswer = {
  /** Its number, whatever the order. */
  row: number;
  /** What stands in each column. */
  cells: Array<Cell>;
  /** Rows below it; `null` when that is not known before it is opened. */
  children: number | null;
  /** Whether it stands for objects that other questions can be about. */
  isSet: boolean;
};

/** What is being done about a window of rows, in this order. */
export type RowsPhase = "open" | "order";

/** How far a window is. */
export type RowsProgress = {
  /** What is being done. */
  phase: RowsPhase;
  /** Estimated work done in this phase. */
  done: number;
  /** Estimated work of this phase; at least 1. */
  total: number;
};

/** What one step towards a window `W` says. */
export type RowsStep<W> = {
  /** Whether the window is there. */
  done: boolean;
  /** How far it is. */
  progress: RowsProgress;
  /** The window, once it is there. */
  window: W | null;
};

/** A hit. */
export type SearchHit = {
  /** `class` or `object`. */
  kind: "class" | "object";
  /** The class found. */
  class: ClassIndex | null;
  /** The object found. */
  object: ObjectIndex | null;
  /** What it is called. */
  text: string;
  /** A word more about it. */
  detail: string;
};

/** A setting of the process. */
export type Setting = {
  /** Where it was found. */
  source: SettingSource;
  /** Its name. */
  name: string;
  /** Its value, at most 4,096 characters of it; `null` where it is no text. */
  value: string | null;
  /** The object that is its value. */
  object: ObjectIndex | null;
  /** Its address, `0x…`. */
  address: string | null;
};

/** Where a setting was found. */
export type SettingSource = "system" | "environment";

/** How much an oddity matters; the order is that in which a person should read. */
export type Severity = "damage" | "missing" | "curiosity";

/** Memory that did not suffice, in bytes. */
export type Shortage = {
  /** What was needed, at least. */
  needed: number;
  /** What would surely have sufficed, where that is known. */
  atMost: number | null;
  /** What was free for it; `null` where nobody counts. */
  free: number | null;
  /** What the engine may use in all; `null` without a limit of its own. */
  limit: number | null;
};

/** A text, and what the heap explains of it. */
export type SideAnswer = {
  /** What the text is. */
  kind: SideKind;
  /** One sentence: what is explained and what is not, or why there is nothing to compare. */
  summary: string;
  /** The figures. */
  rows: Array<Comparison>;
};

/** What a text is. */
export type SideKind = "nativeMemory" | "classHistogram" | "threadDump" | "smaps" | "unknown";

/** How shallow sizes are computed. */
export type SizeModel = "calibrated" | "mat";

/** Order of a list. */
export type Sort<K> = {
  /** Column. */
  key: K;
  /** Largest first. */
  descending: boolean;
};

/** A heap of Android, such as `app`, `zygote` or `image`. */
export type SpaceFact = {
  /** Its name. */
  name: string;
  /** Objects in it, unreachable ones included. */
  objects: number;
  /** Their shallow bytes. */
  shallow: number;
};

/** A line of a stack: a frame, or a local of one. */
export type StackEntry = { "line": "frame" } & FrameRow | { "line": "local" } & ObjectRow;

/** What stacks can be sorted and filtered by. */
export type StackKey = "threads" | "state" | "top" | "ownCode" | "frames" | "names" | "retained" | "largestLocal";

/** Threads with one and the same stack. */
export type StackRow = {
  /** Number of the stack among the different ones. */
  stack: number;
  /** Threads that have it. */
  threads: number;
  /** Of these, virtual ones. */
  virtualThreads: number;
  /** Frames; 0 is the row of all threads without a stack. */
  frames: number;
  /** The top frame, `Object.wait`. */
  top: string | null;
  /** The first frame that is not the platform's own code, `ReportJob.loadAll`. */
  ownCode: string | null;
  /** Names of the first few threads. */
  names: Array<string>;
  /** State that all of them have, as jstack writes it; `null` where they differ. */
  state: string | null;
  /** Sum of their shallow sizes. */
  shallow: number;
  /** Sum of their retained sizes; `null` where dominators were not computed. */
  retained: number | null;
  /** Retained size of the local variable that retains most. */
  largestLocal: number | null;
  /** The first of these threads. */
  first: number;
  /** Whether one of them was throwing an `OutOfMemoryError`. */
  failed: boolean;
};

/** A window of stacks. */
export type StackWindow = {
  /** The rows. */
  rows: Array<StackRow>;
  /** Position of the first row. */
  start: number;
  /** Stacks that pass the filter. */
  matching: number;
  /** All different stacks. */
  total: number;
  /** Threads of the stacks that pass. */
  threads: number;
  /** All threads. */
  allThreads: number;
  /** Sum of the retained sizes of the threads that pass. */
  retained: number | null;
  /** Largest sum of retained sizes that passes, for bars. */
  maxRetained: number | null;
  /** A filter that could not be understood; it was left out. */
  filterError: UnclearFilter<StackKey> | null;
};

/** Why an object is on the first level of the forest. */
export type Standing = "unreferenced" | "cycle" | "shared";

/** What one step of the load answers. */
export type StepAnswer = {
  /** True when the load is complete. */
  done: boolean;
  /** Where it stands. */
  progress: Progress;
};

/** What a question is about. */
export type Subject = "heap" | "anySet" | "givenSet";

/** A `HEAP_SUMMARY` record of the hprof agent. */
export type SummaryFact = {
  /** Bytes of live instances. */
  liveBytes: number;
  /** Live instances. */
  liveInstances: number;
  /** Bytes allocated since the program began. */
  allocatedBytes: number;
  /** Instances allocated since the program began. */
  allocatedInstances: number;
};

/** How far it is. */
export type SurveyProgress = {
  /** What is being worked out. */
  phase: SurveyTopic;
  /** Work done. */
  done: number;
  /** Work in all, never 0. */
  total: number;
};

/** One step of working it out. */
export type SurveyStep = {
  /** Whether that was the last one. */
  done: boolean;
  /** How far it is. */
  progress: SurveyProgress;
};

/** What is worked out once, when somebody asks for it. */
export type SurveyTopic = "threads" | "loaders" | "outside";

/** A leak suspect. */
export type Suspect = {
  /** 1 for the largest. */
  rank: number;
  /** What it is. */
  kind: SuspectKind;
  /** The object; `null` for a group. */
  object: ObjectRow | null;
  /** Class of the suspect or of the group's members. */
  class: ClassRef;
  /** 1, or the size of the group. */
  members: number;
  /** The holder as a programmer names it. */
  holder: string;
  /** Retained bytes (of a group: the sum). */
  retained: number;
  /** Shallow bytes (of a group: the sum). */
  shallow: number;
  /** Share of the used heap, 0 to 1. */
  share: number;
  /** Where the memory piles up (rules L5, L6). */
  accumulation: ObjectRow | null;
  /** What piled up there. */
  pile: Pile | null;
  /** One sentence. */
  headline: Array<Phrase>;
  /** The sentences after it. */
  story: Array<Array<Phrase>>;
  /**
   * Shortest path to the accumulation point, through it to what piled up where that is no array, or
   * to the largest member of a group.
   */
  path: Path;
  /** Words for a search engine or ticket. */
  keywords: Array<string>;
  /** The largest objects below the accumulation point, or members of the group. */
  biggest: Array<ObjectRow>;
};

/** What a suspect is. */
export type SuspectKind = "instance" | "class" | "classLoader" | "thread" | "group";

/** All suspects of a dump. */
export type SuspectReport = {
  /** The largest first. */
  suspects: Array<Suspect>;
  /** Bytes that no suspect holds. */
  remainder: number;
};

/** What the bytes of a piece are. */
export type TextEncoding = "utf16" | "bytes";

/** A piece of a text. */
export type TextPiece = {
  /**
   * Where the piece begins; at most a few positions before the one that was asked for, so that
   * no character is cut in two.
   */
  start: number;
  /** Where the next piece begins; `total` at the end. */
  next: number;
  /** Positions in the whole text: UTF-16 units of strings, bytes of names and of byte arrays. */
  total: number;
  /** What `bytes` are. */
  encoding: TextEncoding;
  /** The text. */
  bytes: Uint8Array;
};

/** Where a text is. */
export type TextPlace = { "object": ObjectIndex } | { "class": ClassIndex } | { "name": string };

/** One thread with what its page tells before the stack. */
export type ThreadDetails = {
  /** The thread. */
  thread: ThreadRow;
  /** Threads with the same stack, itself included. */
  sameStack: number;
  /** Entries of the stack: frames, and one for locals that belong to no frame. */
  entries: number;
};

/** What threads can be sorted and filtered by. */
export type ThreadKey = "thread" | "name" | "state" | "kind" | "priority" | "shallow" | "retained" | "largestLocal" | "frames" | "top" | "loader" | "group" | "stack";

/** A thread in a list. */
export type ThreadRow = {
  /** Its position in the survey of threads. */
  thread: number;
  /** The thread object; `null` for a stack that no thread of the dump claims. */
  row: ObjectRow | null;
  /** Its name; a stack that no thread claims and a thread without a name have none. */
  name: string | null;
  /** Serial number of its stack trace in the dump. */
  trace: number | null;
  /** Whether it is a virtual thread. */
  isVirtual: boolean;
  /** What it was doing. */
  state: ThreadState;
  /** The same as jstack writes it, `WAITING (parking)`. */
  stateText: string;
  /** Whether it keeps the JVM from ending. */
  daemon: boolean | null;
  /** Priority, 1 to 10. */
  priority: number | null;
  /** `Thread.getId()`. */
  id: number | null;
  /** Retained size of the local variable that retains most, the thread itself apart. */
  largestLocal: number | null;
  /** Local variables of all frames. */
  locals: number;
  /** Frames of its stack. */
  frames: number;
  /** Number of its stack among the different ones. */
  stack: number;
  /** The top frame, `Object.wait`. */
  top: string | null;
  /** Context class loader. */
  loader: ObjectName | null;
  /** Name of its thread group. */
  group: string | null;
  /** Whether it was throwing an `OutOfMemoryError` when the dump was taken. */
  failed: boolean;
};

/** `java.lang.Thread.State`, and what the dump knows beyond it. */
export type ThreadState = "new" | "runnable" | "blocked" | "waiting" | "timedWaiting" | "terminated" | "unknown";

/** A window of threads. */
export type ThreadWindow = {
  /** The rows. */
  rows: Array<ThreadRow>;
  /** Position of the first row. */
  start: number;
  /** Threads that pass the filter. */
  matching: number;
  /** All threads. */
  total: number;
  /** Of those that pass: virtual ones. */
  virtualThreads: number;
  /** Shallow bytes of those that pass. */
  shallow: number;
  /** Sum of the retained sizes of those that pass; `null` where dominators were not computed. */
  retained: number | null;
  /** Largest retained size that passes, for bars. */
  maxRetained: number | null;
  /** Largest retained size of a local that passes, for bars. */
  maxLocal: number | null;
  /** The thread that was throwing an `OutOfMemoryError`, of all threads. */
  failed: number | null;
  /** A filter that could not be understood; it was left out. */
  filterError: UnclearFilter<ThreadKey> | null;
};

/** What is wrong with a collection, as the dump has it. */
export type Trouble = "loop" | "tooDeep" | "missing" | "endless";

/** What is known of the end of a file that was cut off. */
export type Truncation = {
  /** Bytes of the uncompressed dump that were understood. */
  readUpTo: number;
  /**
   * Bytes that the record at the end declares but the file does not hold; `null` where the end
   * does not tell. What would have followed that record is missing beside them.
   */
  missing: number | null;
  /** Whether the GC roots were cut off, so that other objects stand in for them. */
  rootsStandIn: boolean;
  /** Whether the file is compressed: its own length says nothing about what is missing. */
  compressed: boolean;
};

/** A filter that could not be understood; it was left out. */
export type UnclearFilter<K> = {
  /** Column. */
  key: K;
  /** Why. */
  message: string;
};

/** Whether figures are bytes. */
export type Unit = "bytes" | "count";

/** The answer to "what is wrong with this heap". */
export type Verdict = {
  /** What the dump shows. */
  finding: Finding;
  /** How sure that is. */
  confidence: Confidence;
  /** Why it is as sure as that. */
  because: Array<Phrase>;
  /** One sentence. */
  headline: Array<Phrase>;
  /** The sentences after it. */
  story: Array<Array<Phrase>>;
  /** The chain from a GC root to what the finding is about, where that is no suspect. */
  path: Path | null;
  /**
   * What to look at first, where that is no suspect: who owns most of the direct memory, a class
   * loader of those that pile up.
   */
  subject: ObjectRow | null;
  /** What kind of place holds the first suspect's pile. */
  kind: PileKind | null;
  /** What to do, where no known leak that explains the finding says it. */
  remedy: Array<Phrase> | null;
  /** Known leaks that the heap shows, those that explain the finding first. */
  knownLeaks: Array<KnownLeak>;
  /** The thread that ran out of memory. */
  failedThread: FailedThread | null;
};

/** An oddity of the dump. */
export type WarningFact = {
  /** Stable name of the kind. */
  kind: string;
  /** How much it matters. */
  severity: Severity;
  /** What happened and what it means for the numbers; details are those of the first occurrence. */
  message: string;
  /** How often. */
  count: number;
  /** Offset of the first occurrence in the uncompressed dump. */
  firstOffset: number | null;
};

/** A window of a sorted, filtered list. */
export type Window<R> = {
  /** The rows. */
  rows: Array<R>;
  /** Position of the first row. */
  start: number;
  /** Rows that pass the filter. */
  matching: number;
  /** All rows. */
  total: number;
};

/** What `done` and `total` of a `Progress` count. */
export type WorkUnit = "bytes" | "objects";
