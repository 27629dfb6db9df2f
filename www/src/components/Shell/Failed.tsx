import type { EngineError } from "../../engine/protocol";
import { visibleText } from "../../lib/format";
import { pickFile } from "../../state/files";
import { error, openFile, reopen, reset } from "../../state/session";
import { ErrorPanel } from "../States";

/** A dump that could not be opened, or an engine that died: what happened and the ways on. */
export function Failed() {
  const reason = error.value;
  if (reason === null) return null;
  const crashed = reason.kind === "crashed";
  const again = crashed || reason.kind === "read" || reason.kind === "tooLarge";
  return (
    <div class="failed">
      <h1 tabIndex={-1}>{titleOf(reason)}</h1>
      <p class="soft">{visibleText(openFile.value?.name ?? "")}</p>
      <ErrorPanel error={reason}>
        {again && (
          <button type="button" class="button primary" onClick={() => void reopen()}>
            Try again with the same file
          </button>
        )}
        <button type="button" class="button" onClick={pickFile}>
          Open another file
        </button>
        <button type="button" class="button" onClick={reset}>
          Back to the start
        </button>
      </ErrorPanel>
    </div>
  );
}

function titleOf({ kind, memory }: EngineError): string {
  if (memory !== undefined || kind === "tooLarge") return "Memory did not suffice for this dump";
  return kind === "crashed" ? "The engine stopped" : "This file could not be opened";
}
