import { OdditiesDoor } from "../../components/Oddities/Oddities";
import { missingText } from "../../components/Oddities/text";
import type { DumpFacts } from "../../engine/protocol";
import { formatBytes, formatShare, plural } from "../../lib/format";
import { hotkeyLabel } from "../../lib/hotkeys";
import { href, UNREACHABLE } from "../../state/route";
import { reopen } from "../../state/session";

/** What a reader must know before the answer: what is missing or damaged; nothing when all is well. */
export function Warnings({ facts }: { facts: DumpFacts }) {
  const garbage = facts.unreachableBytes > facts.usedHeap;
  // Curiosities do not change a number: the card of the dump leads to them.
  const grave = facts.warnings.some((warning) => warning.severity !== "curiosity");
  if (!grave && !facts.truncated && !garbage) return null;
  return (
    <div class={facts.truncated ? "warnings truncated" : "warnings"}>
      {facts.truncated && (
        <p>
          <b class="strong">The dump is incomplete:</b> the file ends early, or a part of it cannot
          be read. What is there is shown; sizes are too small and some objects are missing.{" "}
          {facts.truncation !== null && missingText(facts.truncation)}
        </p>
      )}
      {garbage && (
        <p>
          <b class="strong">Most of this dump is unreachable:</b> no GC root
          {facts.truncated ? " that the file still holds" : ""} leads to{" "}
          {plural(facts.unreachableObjects, "object")} of {formatBytes(facts.unreachableBytes)} (
          {formatShare(facts.unreachableBytes / (facts.usedHeap + facts.unreachableBytes))}). What
          follows is about the other {formatBytes(facts.usedHeap)}.{" "}
          <a href={href(UNREACHABLE)}>Look at what is unreachable</a>.
        </p>
      )}
      {facts.warnings.length > 0 && (
        <p>
          What is odd in this dump: <OdditiesDoor known={facts} />{" "}
          <kbd>{hotkeyLabel("oddities")}</kbd>
        </p>
      )}
    </div>
  );
}
/** A file can hold several dumps, one after another: which one is shown. */
export function DumpChooser({ facts }: { facts: DumpFacts }) {
  if (facts.dumps <= 1) return null;
  return (
    <p class="dump-chooser">
      <label>
        This file holds {facts.dumps} heap dumps, in the order they were taken. Shown:{" "}
        <select
          value={String(facts.dump)}
          onChange={(event) => void reopen({ dump: Number(event.currentTarget.value) })}
        >
          {Array.from({ length: facts.dumps }, (_, i) => (
            <option key={i} value={String(i + 1)}>
              dump {i + 1}
            </option>
          ))}
        </select>
      </label>
    </p>
  );
}
