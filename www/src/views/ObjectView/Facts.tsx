import type { ComponentChildren } from "preact";
import { definition, type Term } from "../../lib/glossary";

/** Figures under small grey labels, side by side. */
export function FactRow({ children }: { children: ComponentChildren }) {
  return <dl class="fact-row">{children}</dl>;
}

/** A label with its definition on hover, and what it says. */
export function Fact(props: { term?: Term; label: string; children: ComponentChildren }) {
  return (
    <div>
      <dt title={props.term === undefined ? undefined : definition(props.term)}>{props.label}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}
