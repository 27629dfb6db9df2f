import { signal } from "@preact/signals";
import { useState } from "preact/hooks";
import type { EngineError, ReportFormat } from "../../engine/protocol";
import { plural } from "../../lib/format";
import { HOTKEYS, hotkeyLabel } from "../../lib/hotkeys";
import { saveFile } from "../../lib/save";
import { notes } from "../../state/notes";
import { engine, openFile, ready } from "../../state/session";
import { Dialog } from "../Dialog";
import { withNotes } from "../Notes/text";
import { ErrorPanel } from "../States";
import { toast } from "../Toast";
import { FORMATS, reportName } from "./formats";
import "./SaveReport.css";

export const saveReportOpen = signal(false);

/** The button that opens the dialog. */
export function SaveReportButton() {
  return (
    <button
      type="button"
      class="button"
      title={`${HOTKEYS.report.label} (${hotkeyLabel("report")})`}
      onClick={() => {
        saveReportOpen.value = true;
      }}
    >
      Save report
    </button>
  );
}

/** Asks what a report is to be, and saves it. Nothing leaves the machine. */
export function SaveReport() {
  if (!saveReportOpen.value || !ready.value) return null;
  return <OpenSaveReport />;
}

function OpenSaveReport() {
  const [format, setFormat] = useState<ReportFormat>("html");
  const [withContent, setWithContent] = useState(false);
  const [notesToo, setNotesToo] = useState(true);
  const { save, saving, done, error } = useSave(format, withContent, notesToo);
  return (
    <Dialog label="Save report" kind="save-report" onClose={() => cancel(saving)}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <h2>Save report</h2>
        <p class="soft">The verdict with its proof, the suspects and the largest classes.</p>
        <fieldset>
          <legend>Format</legend>
          {FORMATS.map((each) => (
            <label key={each.format}>
              <input
                type="radio"
                name="report-format"
                checked={format === each.format}
                onChange={() => setFormat(each.format)}
              />
              <span>
                <b>{each.name}</b> <span class="muted">{each.meaning}</span>
              </span>
            </label>
          ))}
        </fieldset>
        <label>
          <input
            type="checkbox"
            checked={withContent}
            aria-describedby="report-contents"
            onChange={(event) => setWithContent(event.currentTarget.checked)}
          />
          <b>Include contents</b>
        </label>
        <p id="report-contents" class={withContent ? "report-warning" : "soft"} aria-live="polite">
          {withContent
            ? "Names of threads, texts, messages and versions will be in it: they may hold passwords, tokens and data of persons. Read it before you send it."
            : "Only names of classes, fields and methods, counts, sizes and addresses will be in it; what strings and arrays hold is left out."}
        </p>
        {notes.value.length > 0 && (
          <label>
            <input
              type="checkbox"
              checked={notesToo && format !== "json"}
              disabled={format === "json"}
              onChange={(event) => setNotesToo(event.currentTarget.checked)}
            />
            <span>
              <b>Include {plural(notes.value.length, "note")}</b>{" "}
              <span class="muted">
                {format === "json" ? "HTML and Markdown only" : "as you wrote them"}
              </span>
            </span>
          </label>
        )}
        {error !== null && <ErrorPanel error={error} />}
        {saving && <progress aria-label="Looking for what lies outside the heap" value={done} />}
        <div class="report-actions">
          <button type="submit" class="button primary" disabled={saving}>
            Save
          </button>
          <button type="button" class="button quiet" onClick={() => cancel(saving)}>
            Cancel <kbd>Esc</kbd>
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** Closes the dialog; a report that is being made is given up. */
function cancel(saving: boolean): void {
  if (saving) void engine().stopSurveys();
  close();
}

function close(): void {
  saveReportOpen.value = false;
}

function useSave(format: ReportFormat, withContent: boolean, notesToo: boolean) {
  const [saving, setSaving] = useState(false);
  const [done, setDone] = useState(0);
  const [error, setError] = useState<EngineError | null>(null);
  const save = async () => {
    setSaving(true);
    const dump = openFile.value;
    const answer = await engine().report(format, withContent, ({ done, total }) =>
      setDone(done / total),
    );
    setSaving(false);
    if (!saveReportOpen.value) return;
    if (!answer.ok) return setError(answer.error.kind === "cancelled" ? null : answer.error);
    const type = FORMATS.find((each) => each.format === format)?.type ?? "text/plain";
    const text = withNotes(answer.value, format, notesToo ? notes.value : []);
    saveFile(new Blob([text], { type }), reportName(dump?.name ?? "dump", format));
    close();
    toast("Report saved");
  };
  return { save, saving, done, error };
}
