/** What the double says while loading, and of the dump as a whole. */
import type { DumpFacts, PhaseName, Progress } from "../src/engine/protocol";
import { MIB, USED_HEAP } from "./fake-heap";

export function progressAt(
  i: number,
  phase: PhaseName,
  share: number,
  steps: number,
  fileBytes: number,
): Progress {
  const scan = i === 0 ? share : 1;
  const unit = i === 0 || i === 2 ? "bytes" : "objects";
  const total = unit === "bytes" ? fileBytes : 691_239;
  return {
    phase,
    step: i + 1,
    steps,
    done: Math.floor(total * share),
    total,
    unit,
    bytesRead: Math.floor(fileBytes * scan),
    fileBytes,
    objects: Math.floor(691_239 * scan),
    classes: Math.floor(3_266 * scan),
    engineBytes: Math.floor(3 * MIB + 13 * MIB * scan),
    histogramReady: i > 0,
  };
}

/** The facts of the session story; a truncated file has warnings. */
export function factsOf(
  {
    fileName,
    fileBytes,
    dump,
    dumps,
  }: Pick<DumpFacts, "fileName" | "fileBytes" | "dump" | "dumps">,
  truncated: boolean,
): DumpFacts {
  return {
    fileName,
    fileBytes,
    dumpBytes: 351_272_960,
    format: "JAVA PROFILE 1.0.2",
    jvm: "OpenJDK 64-Bit Server VM",
    javaVersion: "17.0.9",
    takenAt: Date.UTC(2026, 10, 22, 4, 41),
    idBytes: 8,
    referenceBytes: 4,
    alignment: 8,
    sizeModel: "calibrated",
    layout: {
      layout: {
        headerBytes: 12,
        referenceBytes: 4,
        alignment: 8,
        fields: "fillsGaps",
        arrays: "word",
        wordBytes: 8,
      },
      staticsInClassObjects: true,
      classes: 1_204,
      agreeingClasses: 1_198,
      ownEvidenceClasses: 6,
      neighbours: 690_000,
      agreeingNeighbours: 688_412,
    },
    classesWithoutEvidence: 37,
    usedHeap: USED_HEAP,
    objects: 691_239,
    classes: 3_266,
    classLoaders: 41,
    gcRoots: 4_288,
    gcRootsByKind: [
      { kind: "System class", count: 3_102 },
      { kind: "Java local", count: 740 },
      { kind: "JNI global", count: 350 },
      { kind: "Thread", count: 96 },
    ],
    unreachableObjects: 7_276,
    unreachableBytes: 1_468_006,
    threads: 96,
    dump,
    dumps,
    dumpTimes: Array.from({ length: dumps }, (_, i) => Date.UTC(2026, 10, 22, 4, 41 + i)),
    spaces: [],
    heapSummary: null,
    seconds: 1.1,
    engineBytes: 16 * MIB,
    bytesPerObject: 23.8,
    incomplete: null,
    ...endOf(truncated),
  };
}

/** How the file ends: well, or in the middle of a record. */
function endOf(truncated: boolean): Pick<DumpFacts, "truncated" | "truncation" | "warnings"> {
  if (!truncated) return { truncated, truncation: null, warnings: [] };
  return {
    truncated,
    truncation: {
      readUpTo: 351_272_004,
      missing: 1_048_000,
      rootsStandIn: false,
      compressed: false,
    },
    warnings: [
      {
        kind: "truncated",
        severity: "missing",
        message: "The file ends in the middle of a heap dump segment; the rest is missing.",
        count: 1,
        firstOffset: 351_272_004,
      },
      {
        kind: "danglingReference",
        severity: "missing",
        message: "References to objects that the dump does not hold.",
        count: 1_204,
        firstOffset: 20_480,
      },
    ],
  };
}
