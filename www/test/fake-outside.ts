/** Plausible answers about what lies outside the heap. */
import type { OutsideReport, SideAnswer } from "../src/engine/protocol";
import { classRef } from "./fake-classes";
import { FIRST_SESSION, MIB, row } from "./fake-heap";

const USED = 317 * MIB;

export function nothingOutside(): OutsideReport {
  return {
    usedHeap: USED,
    capacity: null,
    capacityIsExact: false,
    exact: 0,
    estimated: 0,
    kinds: [],
  };
}

export function outsideReport(): OutsideReport {
  return {
    ...nothingOutside(),
    capacity: 512 * MIB,
    exact: 64 * MIB,
    estimated: 40 * MIB,
    kinds: [
      {
        name: "directBuffers",
        count: 1024,
        bytes: 64 * MIB,
        isEstimate: false,
        notes: ["50 slices, duplicates and views are counted with the buffers that they are of."],
        rows: [
          {
            label: "",
            class: classRef(1),
            holder: "FrameCache.FRAMES_BY_AGE",
            count: 1024,
            bytes: 64 * MIB,
            example: row(FIRST_SESSION),
          },
        ],
        more: 0,
      },
      {
        name: "statements",
        count: 600,
        bytes: null,
        isEstimate: false,
        notes: [],
        rows: [
          {
            label: "SELECT 1\u202e",
            class: classRef(1),
            holder: null,
            count: 600,
            bytes: null,
            example: row(FIRST_SESSION),
          },
        ],
        more: 3,
      },
      {
        name: "threads",
        count: 40,
        bytes: 40 * MIB,
        isEstimate: true,
        notes: [],
        rows: [],
        more: 0,
      },
    ],
  };
}

/** Knows a text by its first word only. */
export function sideAnswer(text: string): SideAnswer {
  if (!text.includes("Native Memory Tracking")) {
    return { kind: "unknown", summary: "This is none of the texts that are known.", rows: [] };
  }
  return {
    kind: "nativeMemory",
    summary: "The JVM has committed 900 MiB.",
    rows: [
      {
        what: "Other",
        unit: "bytes",
        told: 80 * MIB,
        explained: 64 * MIB,
        isEstimate: false,
        note: "direct buffers",
      },
      {
        what: "GC",
        unit: "bytes",
        told: 20 * MIB,
        explained: null,
        isEstimate: false,
        note: "the collector's own tables",
      },
    ],
  };
}
