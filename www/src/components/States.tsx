/** What a view shows when it has nothing, or bad news. */
import type { ComponentChildren } from "preact";
import type { EngineError, Shortage } from "../engine/protocol";
import { formatBytes, formatOffset, visibleName } from "../lib/format";
import { PHASE_LABELS } from "../state/phases";
import { CopyButton } from "./Copy";
import "./States.css";

/** Nothing to show, why, and the way on. */
export function EmptyState({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty-state">
      <p class="strong">{title}</p>
      {children}
    </div>
  );
}

/** What happened, where in the file, what to do. */
export function ErrorPanel({
  error,
  children,
}: {
  error: EngineError;
  children?: ComponentChildren;
}) {
  if (error.kind === "notComputed") {
    // Nothing went wrong here: the page says above what memory did not suffice for.
    return (
      <p class="soft" title={error.advice ?? undefined}>
        Not computed. {error.message}.
      </p>
    );
  }
  return (
    <div class="error-panel" role="alert">
      <p class="strong">{visibleName(error.message)}</p>
      {error.offset !== null && (
        <p class="soft">
          At offset <code>{formatOffset(error.offset)}</code> of the uncompressed dump.
        </p>
      )}
      {error.phase !== undefined && (
        <p class="soft">It happened during: {PHASE_LABELS[error.phase].toLowerCase()}.</p>
      )}
      {error.memory !== undefined && (
        <MemoryFacts of={error.memory} needed={error.kind !== "crashed"} />
      )}
      {error.advice !== null && <p>{visibleName(error.advice)}</p>}
      <div class="error-actions">
        {children}
        <CopyButton text={errorText(error)} label="Copy details" />
      </div>
    </div>
  );
}

/** What was needed and what was there. */
function MemoryFacts({ of, needed }: { of: Shortage; needed: boolean }) {
  const figures = [
    // What a trap would have needed, nobody can tell.
    needed ? `needed at least ${formatBytes(of.needed)}` : null,
    of.free === null ? null : `free ${formatBytes(of.free)}`,
    of.limit === null ? null : `allowed in all ${formatBytes(of.limit)}`,
  ];
  return <p class="soft">Memory: {figures.filter((figure) => figure !== null).join(", ")}.</p>;
}

/** The error as text for a ticket. */
export function errorText(error: EngineError): string {
  const offset = error.offset === null ? "" : `\nOffset: ${formatOffset(error.offset)}`;
  const advice = error.advice === null ? "" : `\n${error.advice}`;
  const phase = error.phase === undefined ? "" : `\nPhase: ${error.phase}`;
  const { memory } = error;
  const bytes =
    memory === undefined
      ? ""
      : `\nMemory needed: ${memory.needed}, free: ${memory.free ?? "unknown"}, limit: ${memory.limit ?? "none"} bytes`;
  return `Heapglass: ${error.message} [${error.kind}]${offset}${phase}${bytes}${advice}`;
}
