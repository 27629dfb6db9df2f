/** What a view shows when it has nothing, or bad news. */
import type { ComponentChildren } from "preact";
import type { EngineError } from "../engine/protocol";
import { formatOffset } from "../lib/format";
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
  return (
    <div class="error-panel" role="alert">
      <p class="strong">{error.message}</p>
      {error.offset !== null && (
        <p class="soft">
          At offset <code>{formatOffset(error.offset)}</code> of the uncompressed dump.
        </p>
      )}
      {error.advice !== null && <p>{error.advice}</p>}
      <div class="error-actions">
        {children}
        <CopyButton text={errorText(error)} label="Copy details" />
      </div>
    </div>
  );
}

/** The error as text for a ticket. */
export function errorText(error: EngineError): string {
  const offset = error.offset === null ? "" : `\nOffset: ${formatOffset(error.offset)}`;
  const advice = error.advice === null ? "" : `\n${error.advice}`;
  return `Heapglass: ${error.message} [${error.kind}]${offset}${advice}`;
}
