import { useEffect, useRef, useState } from "preact/hooks";
import { formatCount, plural, visibleLines } from "../../lib/format";
import { facts, useAnswer } from "../../state/session";
import { Dialog } from "../Dialog";
import { SaveButton } from "../SaveButton";
import { ErrorPanel } from "../States";
import { copyWhole, MOST_COPIED, saveWhole } from "./actions";
import { pieceText } from "./pieces";
import { type ViewedText, viewed } from "./viewed";
import "./TextViewer.css";

/** Positions shown at a time: a page that draws at once, whatever the text. */
const PAGE = 1 << 14;

/** The window for a text that is too long for its place. */
export function TextViewer() {
  const text = viewed.value;
  // What it shows is gone with its dump.
  const now = facts.value;
  const opened = useRef(now);
  useEffect(() => {
    if (opened.current !== now) viewed.value = null;
    opened.current = now;
  }, [now]);
  if (text === null) return null;
  return <OpenViewer key={text.file} text={text} />;
}

function OpenViewer({ text }: { text: ViewedText }) {
  const [start, setStart] = useState(0);
  const { value: piece, error } = useAnswer((ask) => ask.text(text.place, start, PAGE), [start]);
  const box = useRef<HTMLPreElement>(null);
  useEffect(() => {
    box.current?.scrollTo(0, 0);
  }, [piece]);
  const close = () => {
    viewed.value = null;
  };
  return (
    <Dialog label={text.title} kind="text-viewer" onClose={close}>
      <header class="text-viewer-head">
        <h2>{text.title}</h2>
        <button type="button" class="button quiet" onClick={close}>
          Close <kbd>Esc</kbd>
        </button>
      </header>
      {error !== null && <ErrorPanel error={error} />}
      {piece !== null && (
        <>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must take the keyboard */}
          <pre ref={box} class="text-viewer-page" tabIndex={0} role="group" aria-label="Text">
            {visibleLines(pieceText(piece))}
          </pre>
          <Steps
            start={piece.start}
            next={piece.next}
            total={piece.total}
            unit={"object" in text.place && piece.encoding === "utf16" ? "character" : "byte"}
            onStart={setStart}
          />
          <Actions text={text} total={piece.total} />
        </>
      )}
    </Dialog>
  );
}

interface StepsProps {
  start: number;
  next: number;
  total: number;
  unit: string;
  onStart: (start: number) => void;
}

/** Where in the text the page is, and the ways to another. */
function Steps({ start, next, total, unit, onStart }: StepsProps) {
  const whole = start === 0 && next >= total;
  const all = plural(total, unit);
  return (
    <div class="text-viewer-steps">
      <span class="num soft" role="status">
        {whole ? `All ${all}` : `${formatCount(start + 1)} to ${formatCount(next)} of ${all}`}
      </span>
      {!whole && (
        <>
          <button
            type="button"
            class="button"
            disabled={start === 0}
            onClick={() => onStart(Math.max(0, start - PAGE))}
          >
            Earlier
          </button>
          <button
            type="button"
            class="button"
            disabled={next >= total}
            onClick={() => onStart(next)}
          >
            Later
          </button>
          <button
            type="button"
            class="button"
            disabled={next >= total}
            onClick={() => onStart(Math.max(0, total - PAGE))}
          >
            End
          </button>
          <label class="text-viewer-jump">
            Go to {unit}
            <input
              type="number"
              min={1}
              max={total}
              onChange={(event) => {
                const wanted = Math.floor(event.currentTarget.valueAsNumber);
                if (wanted >= 1) onStart(Math.min(wanted, total) - 1);
              }}
            />
          </label>
        </>
      )}
    </div>
  );
}

function Actions({ text, total }: { text: ViewedText; total: number }) {
  const tooLong = total > MOST_COPIED;
  return (
    <div class="text-viewer-actions">
      <button
        type="button"
        class="button"
        disabled={tooLong}
        title={tooLong ? "Too long for the clipboard: save it instead" : "Copy all of it"}
        onClick={() => void copyWhole(text)}
      >
        Copy all
      </button>
      <SaveButton
        label="Save as a file"
        class="button primary"
        save={(onShare, stop) => saveWhole(text, onShare, stop)}
      />
    </div>
  );
}
