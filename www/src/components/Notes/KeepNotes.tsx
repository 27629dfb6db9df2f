import { keepNotes, notesKept, notesStored } from "../../state/notes";

/** Whether the notes outlive the page; nobody is asked twice, and nothing is kept unasked. */
export function KeepNotes() {
  const kept = notesKept.value;
  return (
    <div class="notes-keep">
      <label>
        <input
          type="checkbox"
          checked={kept}
          aria-describedby="notes-kept"
          onChange={(event) => keepNotes(event.currentTarget.checked)}
        />
        Keep the notes of this dump in this browser
      </label>
      <p id="notes-kept" class="soft small" aria-live="polite">
        {!kept
          ? "They are in memory only and are gone when the page is closed."
          : notesStored.value
            ? "Names of objects and what you wrote stay on this machine until you take the tick away."
            : "The browser refused to store them: they are in memory only. Save them as Markdown."}
      </p>
    </div>
  );
}
