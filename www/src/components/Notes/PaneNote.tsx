import type { ObjectRow } from "../../engine/protocol";
import { visibleLines } from "../../lib/format";
import { hotkeyLabel } from "../../lib/hotkeys";
import { noteOf } from "../../state/notes";
import { openNotes } from "./Notes";
import "./Notes.css";

/** What is noted about the selected object, in the right pane. */
export function PaneNote({ row }: { row: ObjectRow }) {
  const note = noteOf(row.address);
  return (
    <div class="pane-note">
      {note !== undefined && <p class="notes-text">{visibleLines(note.text)}</p>}
      <button
        type="button"
        class="link"
        title={`Write a note about this object (${hotkeyLabel("note")})`}
        onClick={openNotes}
      >
        {note === undefined ? "Add a note" : "Edit the note"}
      </button>
    </div>
  );
}
