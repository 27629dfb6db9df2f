import { signal } from "@preact/signals";
import type { DumpFacts, WarningFact } from "../../engine/protocol";
import { formatCount, formatOffset } from "../../lib/format";
import { facts } from "../../state/session";
import { copyAndTell } from "../Copy";
import { Dialog } from "../Dialog";
import { messageText, missingText, odditiesText, SEVERITIES, severityCounts } from "./text";
import "./Oddities.css";

export const odditiesOpen = signal(false);

/** What is odd in the dump, the most important first: what, how often, where first, and what it does to the numbers. */
export function Oddities() {
  const known = facts.value;
  if (!odditiesOpen.value || known === null) return null;
  const close = () => {
    odditiesOpen.value = false;
  };
  const calm = known.warnings.length === 0 && !known.truncated;
  return (
    <Dialog label="What is odd in this dump" kind="oddities" onClose={close}>
      <header class="oddities-head">
        <h2>What is odd in this dump</h2>
        <button
          type="button"
          class="button quiet"
          onClick={() => void copyAndTell(odditiesText(known), "Copied as text")}
        >
          Copy as text
        </button>
        <button type="button" class="button quiet" onClick={close}>
          Close <kbd>Esc</kbd>
        </button>
      </header>
      {calm ? <Calm /> : <Found known={known} />}
    </Dialog>
  );
}

function Calm() {
  return (
    <p class="oddities-calm">
      <b class="strong">Nothing.</b> The file is complete, every record was understood, and every
      reference and GC root leads to an object that the dump holds.
    </p>
  );
}

function Found({ known }: { known: DumpFacts }) {
  return (
    <>
      {known.truncation !== null && <p class="oddities-missing">{missingText(known.truncation)}</p>}
      {SEVERITIES.map(({ severity, title, meaning }) => {
        const of = known.warnings.filter((warning) => warning.severity === severity);
        if (of.length === 0) return null;
        return (
          <section key={severity} aria-label={title}>
            <h3 class={severity === "curiosity" ? "" : "hot"}>
              {title} <span class="muted">{meaning}</span>
            </h3>
            <ul>
              {of.map((warning) => (
                <Oddity key={warning.kind} warning={warning} />
              ))}
            </ul>
          </section>
        );
      })}
    </>
  );
}

function Oddity({ warning }: { warning: WarningFact }) {
  const { message, count, firstOffset } = warning;
  return (
    <li class="oddity">
      <p>
        <span class="num strong">{formatCount(count)} ×</span> <bdi>{messageText(message)}</bdi>
      </p>
      {firstOffset !== null && (
        <p class="muted small">
          First at offset <code>{formatOffset(firstOffset)}</code>
          {facts.value?.fileBytes !== facts.value?.dumpBytes && " of the uncompressed dump"}
        </p>
      )}
    </li>
  );
}

/** The door to the list: how many oddities of each kind, in words. */
export function OdditiesDoor({ known }: { known: DumpFacts }) {
  return (
    <button
      type="button"
      class="link"
      onClick={() => {
        odditiesOpen.value = true;
      }}
    >
      {severityCounts(known.warnings)}
    </button>
  );
}
