/** Numbers in running text and cells: short to read, exact on hover. */
import type { ComponentChildren } from "preact";
import { exactBytes, formatBytes, formatCount, formatShare } from "../lib/format";
import { definition, type Term } from "../lib/glossary";

export function Size({ bytes }: { bytes: number | null }) {
  if (bytes === null) return <Unknown />;
  return (
    <span class="num" title={exactBytes(bytes)}>
      {formatBytes(bytes)}
    </span>
  );
}

export function Count({ of }: { of: number | null }) {
  if (of === null) return <Unknown />;
  return <span class="num">{formatCount(of)}</span>;
}

/** A part of a whole, as percent. */
export function Share({ part, whole }: { part: number | null; whole: number }) {
  if (part === null) return <Unknown />;
  return (
    <span class="num" title={`${exactBytes(part)} of ${exactBytes(whole)}`}>
      {formatShare(whole > 0 ? part / whole : 0)}
    </span>
  );
}

/** Stands for a figure that is not known. */
export function Unknown() {
  return (
    <span class="muted" title="Not computed: memory did not suffice">
      –
    </span>
  );
}

/** A heading or label with its definition on hover. */
export function Hint({ term, children }: { term: Term; children: ComponentChildren }) {
  return (
    <span class="hint" title={definition(term)}>
      {children}
    </span>
  );
}
