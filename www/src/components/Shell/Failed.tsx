import { visibleText } from "../../lib/format";
import { pickFile } from "../../state/files";
import { error, openFile, reopen, reset } from "../../state/session";
import { ErrorPanel } from "../States";

/** A dump that could not be opened, or an engine that died: what happened and the ways on. */
export function Failed() {
  const reason = error.value;
  if (reason === null) return null;
  const crashed = reason.kind === "crashed";
  return (
    <div class="failed">
      <h1 tabIndex={-1}>{crashed ? "The engine stopped" : "This file could not be opened"}</h1>
      <p class="soft">{visibleText(openFile.value?.name ?? "")}</p>
      <ErrorPanel error={reason}>
        {(crashed || reason.kind === "read") && (
          <button type="button" class="button primary" onClick={() => void reopen()}>
            Open it again
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
