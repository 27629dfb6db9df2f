import type { OutsideKind, OutsideName, OutsideReport } from "../../engine/protocol";
import { formatBytes, formatCount } from "../../lib/format";

/** Title and definition of each kind. */
export const KINDS: Record<OutsideName, { title: string; hint: string }> = {
  directBuffers: {
    title: "Direct buffers",
    hint: "Memory that java.nio.DirectByteBuffer objects own outside the heap. It is freed when the collector finds the buffer dead.",
  },
  mappedFiles: {
    title: "Mapped files",
    hint: "Parts of files that are mapped into the address space by FileChannel.map.",
  },
  compressors: {
    title: "Inflaters and deflaters",
    hint: "zlib's state and window for each that was not ended. The size is an estimate.",
  },
  zipFiles: { title: "Zip and jar files", hint: "Zip and jar files that are not closed." },
  threads: {
    title: "Thread stacks",
    hint: "One per platform thread. The size is an estimate: address space that a stack may take.",
  },
  classes: {
    title: "Class metadata",
    hint: "What the JVM keeps of each class in Metaspace. The size is an estimate.",
  },
  files: { title: "Open files", hint: "File descriptors that are not closed, by path." },
  sockets: { title: "Open sockets", hint: "Sockets that are not closed, by the other end." },
  otherDescriptors: {
    title: "Other open descriptors",
    hint: "Pipes, selectors, standard streams: descriptors of other kinds.",
  },
  connections: { title: "JDBC connections", hint: "Connections of a driver that are not closed." },
  statements: {
    title: "JDBC statements",
    hint: "Statements that are not closed, by driver class and SQL text.",
  },
  resultSets: {
    title: "JDBC result sets",
    hint: "Result sets that are not closed, by the SQL text of their statement.",
  },
  jniGlobals: {
    title: "JNI global references",
    hint: "Objects that native code holds on to, by class.",
  },
};

/** "2,300 · 16.8 MiB", with "about" before an estimate. */
export function sumText({ count, bytes, isEstimate }: OutsideKind): string {
  if (bytes === null) return formatCount(count);
  return `${formatCount(count)} · ${isEstimate ? "about " : ""}${formatBytes(bytes)}`;
}

/** What the view says first. */
export function leadText(report: OutsideReport): string {
  const capacity =
    report.capacity === null
      ? ""
      : ` of ${report.capacityIsExact ? "" : "about "}${formatBytes(report.capacity)}`;
  return `The heap holds ${formatBytes(report.usedHeap)}${capacity}. Its objects own ${formatBytes(report.exact)} outside it, and about ${formatBytes(report.estimated)} more by estimate.`;
}
