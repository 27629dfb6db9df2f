import { useState } from "preact/hooks";
import { copyAndTell } from "../../components/Copy";
import { formatCount, visibleText } from "../../lib/format";

/** Characters shown at first. */
const FIRST_SHOWN = 4_000;

/** Line by line, so that line breaks stay line breaks while every other control character becomes visible. */
export function visibleLines(text: string): string {
  return text
    .split(/\r\n|\n/)
    .map((line) => visibleText(line, Number.MAX_SAFE_INTEGER))
    .join("\n");
}

/** The text of a string or character array. `length` is its full length; the engine hands out the beginning. */
export function TextValue({ text, length }: { text: string; length: number | null }) {
  const [all, setAll] = useState(false);
  const shown = all ? text : text.slice(0, FIRST_SHOWN);
  const total = length ?? text.length;
  return (
    <div class="text-value">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must take the keyboard */}
      <pre tabIndex={0} role="group" aria-label="Text">
        {text === "" ? <span class="muted">empty</span> : visibleLines(shown)}
      </pre>
      <p class="text-note soft">
        <span>
          {formatCount(total)} {total === 1 ? "character" : "characters"}
          {shown.length < total && `, the first ${formatCount(shown.length)} shown`}
        </span>
        {shown.length < text.length && (
          <button type="button" class="link" onClick={() => setAll(true)}>
            Show {formatCount(text.length)}
          </button>
        )}
        <button
          type="button"
          class="link"
          onClick={() => void copyAndTell(text, copyNote(text.length, total))}
        >
          Copy
        </button>
      </p>
    </div>
  );
}

function copyNote(copied: number, total: number): string {
  return copied < total
    ? `The first ${formatCount(copied)} of ${formatCount(total)} characters copied`
    : "Text copied";
}
