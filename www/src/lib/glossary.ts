/** One sentence per term, for tooltips and the help overlay. The words are the field's. */
export const GLOSSARY = {
  shallow: [
    "Shallow size",
    "Bytes of the object alone: header, fields or elements, padding. Not what it refers to.",
  ],
  retained: [
    "Retained size",
    "Bytes that would be freed if this object were collected: itself and everything reachable only through it.",
  ],
  retainedClass: [
    "Retained size (class)",
    "Bytes that would be freed if all instances of this class and the class itself were collected; at least.",
  ],
  share: [
    "Share",
    "Part of the used heap: retained size divided by the size of all reachable objects.",
  ],
  instances: ["Objects", "Number of objects of exactly this class that a GC root reaches."],
  dominated: [
    "Dominated",
    "Number of objects that this object immediately dominates: its children in the dominator tree.",
  ],
  dominatorTree: [
    "Dominator tree",
    "An object dominates another if every path from a GC root to the other goes through it. The tree shows who keeps what alive.",
  ],
  accumulation: [
    "Accumulation point",
    "The object below which the memory spreads over many small parts: where something piled up.",
  ],
  pathToRoot: [
    "Path to GC root",
    "The shortest chain of references from a GC root to the object. Cut any link of every such chain and it can be collected.",
  ],
  gcRoot: [
    "GC root",
    "An object that the JVM keeps alive by itself: a thread, a loaded system class, a JNI handle, a local variable on a stack.",
  ],
  weakOnly: [
    "Weakly reachable",
    "Only weak, soft, phantom or finalizer references lead here: the collector may free it when it must.",
  ],
  inbound: ["Inbound references", "Objects that refer to this one."],
  outbound: ["Outbound references", "Objects that this one refers to."],
  unreachable: [
    "Unreachable",
    "Objects that no GC root reaches. They were waiting for the collector when the dump was taken.",
  ],
  forest: [
    "Forest of unreachable objects",
    "Unreachable objects have no GC root to begin a dominator tree at. Instead it begins at those that no other unreachable object refers to, and at one object of every cycle that nothing leads to: the fewest from which all others are reached.",
  ],
  forestCycle: [
    "Cycle",
    "Objects that refer to one another, with nothing outside that leads to them. One stands for all: the one most others refer to, of equals an object of the application, then the largest.",
  ],
  forestShared: [
    "Shared",
    "Several trees of the forest lead to this object: none of them alone holds it.",
  ],
  retainedUnreachable: [
    "Retained size (unreachable)",
    "Bytes of this object and of all unreachable objects that can be reached only through it.",
  ],
  shareUnreachable: ["Of garbage", "Part of the size of all unreachable objects."],
  usedHeap: ["Used heap", "Shallow size of all objects that a GC root reaches."],
  objects: ["Objects", "Objects that a GC root reaches, class objects included."],
  classes: ["Classes", "Loaded classes in the dump, array classes included."],
  classLoaders: [
    "Class loaders",
    "Objects that loaded at least one class, and the system class loader.",
  ],
  classLoader: [
    "Class loader",
    "The object that loaded the class. Two loaders can each have a class of the same name.",
  ],
  length: ["Length", "Elements of the array."],
  address: [
    "Address",
    "The object's id in the dump: its address in the JVM's memory when the dump was taken.",
  ],
  sizeModel: [
    "Sizes",
    "How shallow sizes are computed. Calibrated: header and alignment are worked out from this dump. MAT: the sizes Eclipse MAT shows.",
  ],
  references: [
    "References",
    "Bytes of one reference in the JVM's memory: 4 with compressed references, else the size of an id.",
  ],
  threads: ["Threads", "Thread objects with a GC root."],
  readIn: ["Read in", "Time from opening the file to the suspects."],
  engineMemory: [
    "Engine memory",
    "WebAssembly memory that this page's engine uses, and its peak per object of the dump.",
  ],
  suspect: [
    "Suspect",
    "An object, class loader, thread or group of like objects that holds an unusually large part of the heap.",
  ],
  knownLeak: [
    "Known leak",
    "A leak that others have met before. It is only named where the heap shows all that it takes.",
  ],
  confidence: [
    "Confidence",
    "How much the evidence leaves open: the share that one suspect has, whether what piled up is of one kind, whether the pattern and version of a known leak are there.",
  ],
  icicle: [
    "Where the memory is",
    "The dominator tree from the top: each bar is as wide as its retained size, what it keeps alive lies below it.",
  ],
  format: ["Format", "First line of the file, and the uncompressed size of the dump."],
} as const satisfies Record<string, readonly [title: string, definition: string]>;

export type Term = keyof typeof GLOSSARY;

/** The definition of a term. */
export function definition(term: Term): string {
  return GLOSSARY[term][1];
}
