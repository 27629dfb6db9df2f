import { SaveButton } from "../../components/SaveButton";
import { copyWhole, saveWhole } from "../../components/TextViewer/actions";
import { objectText, viewed } from "../../components/TextViewer/viewed";
import type { ObjectRow } from "../../engine/protocol";
import { formatCount, plural, visibleLines } from "../../lib/format";

export interface TextValueProps {
  row: ObjectRow;
  /** The beginning of the text. */
  text: string;
  /** Its full length; null when `text` is all of it. */
  length: number | null;
}

/** The text of a string or of an array that reads as text: its beginning here, all of it in the viewer. */
export function TextValue({ row, text, length }: TextValueProps) {
  const total = length ?? text.length;
  const whole = objectText(row);
  return (
    <div class="text-value">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must take the keyboard */}
      <pre tabIndex={0} role="group" aria-label="Text">
        {text === "" ? <span class="muted">empty</span> : visibleLines(text)}
      </pre>
      <p class="text-note soft">
        <span>
          {plural(total, "character")}
          {text.length < total && `, the first ${formatCount(text.length)} shown`}
        </span>
        {text.length < total && (
          <button
            type="button"
            class="link"
            onClick={() => {
              viewed.value = whole;
            }}
          >
            See all {formatCount(total)}
          </button>
        )}
        <button type="button" class="link" onClick={() => void copyWhole(whole)}>
          Copy
        </button>
        <SaveButton
          label="Save as a file"
          class="link"
          save={(onShare, stop) => saveWhole(whole, onShare, stop)}
        />
      </p>
    </div>
  );
}
