import { signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Address, ObjectRow } from "../../engine/protocol";
import { formatMoment, visibleLines, visibleName } from "../../lib/format";
import { saveFile } from "../../lib/save";
import {
  drafts,
  NOTE_LIMIT,
  type Note,
  noteOf,
  notes,
  removeNote,
  writeNote,
} from "../../state/notes";
import { objectRoute } from "../../state/route";
import { engine, isObject, openFile, ready, select, selection } from "../../state/session";
import { Dialog } from "../Dialog";
import { JavaNameText } from "../ObjectLink";
import { RouteLink } from "../RouteLink";
import { reportName } from "../SaveReport/formats";
import { toast } from "../Toast";
import { KeepNotes } from "./KeepNotes";
import { notesDocument } from "./text";
import "./Notes.css";

export const notesOpen = signal(false);

/** Shows the notes, ready to write one about the selected object. */
export function openNotes(): void {
  notesOpen.value = true;
}

const close = () => {
  notesOpen.value = false;
};

/** The notes of this dump: write, read, go to the object, save. */
export function Notes() {
  if (!notesOpen.value || !ready.value) return null;
  const chosen = selection.value;
  const all = notes.value;
  return (
    <Dialog label="Notes" kind="notes" onClose={close}>
      <header class="help-head">
        <h2>Notes</h2>
        <button type="button" class="button quiet" onClick={close}>
          Close <kbd>Esc</kbd>
        </button>
      </header>
      {isObject(chosen) ? (
        <Editor key={chosen.address} row={chosen} />
      ) : (
        <p class="soft">Select an object and press M to write a note about it.</p>
      )}
      {all.length > 0 && (
        <ul class="notes-list" aria-label="Notes of this dump">
          {all.map((note) => (
            <NoteItem key={note.address} note={note} />
          ))}
        </ul>
      )}
      <KeepNotes />
      {all.length > 0 && (
        <div class="notes-actions">
          <button type="button" class="button" onClick={save}>
            Save as Markdown
          </button>
        </div>
      )}
    </Dialog>
  );
}

/** The note about the selected object. */
function Editor({ row }: { row: ObjectRow }) {
  const field = useRef<HTMLTextAreaElement>(null);
  const known = noteOf(row.address);
  const [text, setText] = useState(drafts.get(row.address) ?? known?.text ?? "");
  useEffect(() => {
    // The dialog takes the focus when it opens, after its content is there.
    const timer = setTimeout(() => {
      field.current?.focus();
      field.current?.setSelectionRange(text.length, text.length);
    });
    return () => clearTimeout(timer);
  }, []);
  const finish = () => {
    drafts.delete(row.address);
    writeNote(row, text);
    close();
    toast(text.trim() === "" ? "No note" : "Noted");
  };
  return (
    <form
      class="notes-editor"
      onSubmit={(event) => {
        event.preventDefault();
        finish();
      }}
    >
      <label for="note-text" title={`${visibleName(row.name)} ${row.address}`}>
        <JavaNameText name={row.name} /> <span class="mono muted">{row.address}</span>
      </label>
      <textarea
        id="note-text"
        ref={field}
        rows={4}
        maxLength={NOTE_LIMIT}
        placeholder="What is it about this object?"
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value);
          drafts.set(row.address, event.currentTarget.value);
        }}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          finish();
        }}
      />
      <div class="notes-actions">
        <button type="submit" class="button primary" title="Ctrl Enter">
          {known === undefined ? "Add note" : "Change note"}
        </button>
      </div>
    </form>
  );
}

function NoteItem({ note }: { note: Note }) {
  const name = visibleName(note.name);
  return (
    <li>
      <div class="notes-about">
        <RouteLink to={objectRoute(note.address)} title={`${name} ${note.address}`} onGo={close}>
          <JavaNameText name={note.name} short /> <span class="mono">{note.address}</span>
        </RouteLink>
        <span class="muted small">{formatMoment(note.at)}</span>
        <button
          type="button"
          class="link"
          aria-label={`Edit the note about ${name} ${note.address}`}
          onClick={() => void selectAt(note.address)}
        >
          Edit
        </button>
        <button
          type="button"
          class="link"
          aria-label={`Remove the note about ${name} ${note.address}`}
          onClick={() => removeNote(note.address)}
        >
          Remove
        </button>
      </div>
      <p class="notes-text">{visibleLines(note.text)}</p>
    </li>
  );
}

/** The editor follows the selection. */
async function selectAt(address: Address): Promise<void> {
  const answer = await engine().resolve(address);
  if (answer.ok) select(answer.value);
  else toast("The object is not in this dump");
}

function save(): void {
  const file = openFile.value?.name ?? "dump";
  const text = notesDocument(file, notes.value);
  saveFile(
    new Blob([text], { type: "text/markdown;charset=utf-8" }),
    reportName(file, "md").replace(/-report\.md$/, "-notes.md"),
  );
  toast("Notes saved");
}
