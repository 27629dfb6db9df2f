import { useState } from "preact/hooks";
import { formatCount } from "../lib/format";
import { MOUNTED_ROWS, neighbourStretch, type Stretch } from "./DataTableWindow";

export interface PagerProps {
  stretch: Stretch;
  total: number;
  /** Plural of what the rows are: "objects". */
  noun: string;
  /** Makes a row (0-based) the current one. */
  onJump(index: number): void;
}

/** Says which rows a table too long for one scroll area shows, and leads to the others. Nothing for shorter tables. */
export function Pager({ stretch, total, noun, onJump }: PagerProps) {
  const [text, setText] = useState("");
  if (total <= MOUNTED_ROWS) return null;
  const previous = neighbourStretch(stretch, total, -1);
  const next = neighbourStretch(stretch, total, 1);
  const rank = Number(text.replace(/[\s,._]/g, ""));
  const valid = text.trim() !== "" && Number.isInteger(rank) && rank >= 1 && rank <= total;
  const jump = (event: Event) => {
    event.preventDefault();
    if (!valid) return;
    onJump(rank - 1);
    setText("");
  };
  return (
    <form class="pager" onSubmit={jump} aria-label={`Pages of ${noun}`}>
      <span class="num">
        {noun} {formatCount(stretch.first + 1)}–{formatCount(stretch.first + stretch.count)} of{" "}
        {formatCount(total)}
      </span>
      <button
        type="button"
        class="button quiet"
        disabled={previous === null}
        onClick={() => onJump(previous ?? 0)}
      >
        ‹ Previous
      </button>
      <button
        type="button"
        class="button quiet"
        disabled={next === null}
        onClick={() => onJump(next ?? 0)}
      >
        Next ›
      </button>
      <label>
        Jump to rank{" "}
        <input
          type="text"
          inputMode="numeric"
          value={text}
          placeholder={`1 to ${formatCount(total)}`}
          aria-invalid={text.trim() !== "" && !valid}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="button quiet" disabled={!valid}>
        Go
      </button>
    </form>
  );
}
