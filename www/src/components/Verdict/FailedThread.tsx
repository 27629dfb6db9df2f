import type { FailedThread as Failed } from "../../engine/protocol";
import { plural, visibleText } from "../../lib/format";
import { ObjectLink } from "../ObjectLink";

/** The thread that ran out of memory, with its stack. */
export function FailedThread({ failed }: { failed: Failed }) {
  return (
    <details class="failed-thread">
      <summary>
        Stack of {visibleText(failed.name, 120)}, which was throwing OutOfMemoryError
        {failed.message === null ? "" : `: ${visibleText(failed.message, 200)}`}
      </summary>
      <ol>
        {failed.frames.map((frame, i) => (
          <li key={i}>
            <code>{visibleText(frame, 400)}</code>
          </li>
        ))}
        {failed.more > 0 && <li class="muted">{plural(failed.more, "more frame")}</li>}
      </ol>
      <p>
        <ObjectLink row={failed.thread} />
      </p>
    </details>
  );
}
