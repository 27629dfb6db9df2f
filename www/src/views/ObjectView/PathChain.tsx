import { useState } from "preact/hooks";
import { Size } from "../../components/Figures";
import { ObjectLink } from "../../components/ObjectLink";
import type { ObjectIndex, Path, PathStep } from "../../engine/protocol";
import { formatCount } from "../../lib/format";
import { definition } from "../../lib/glossary";
import { Marks } from "./Marks";
import { viaLabel } from "./pathText";
import "./PathChain.css";

/** Steps shown at each end of a long chain, and how many more a click shows. */
const END_STEPS = 24;
const MORE_STEPS = 200;

export interface PathChainProps {
  path: Path;
  /** The object where the memory piles up: drawn in the alarm colour. */
  hot?: ObjectIndex | null;
}

/** A path from a GC root as a vertical chain: field, object, retained size, one step a line. */
export function PathChain({ path, hot = null }: PathChainProps) {
  const [extra, setExtra] = useState(0);
  const { steps } = path;
  const head = Math.min(steps.length, END_STEPS + extra);
  const tail = Math.max(head, steps.length - END_STEPS);
  const hidden = tail - head;
  return (
    <ol class={path.weakOnly ? "chain chain-weak" : "chain"}>
      <li class="chain-root">
        <span class="chain-dot" aria-hidden="true" />
        <span title={definition("gcRoot")}>
          GC root <b class="strong">{path.root ?? "of unknown kind"}</b>
        </span>
        {path.weakOnly && (
          <span class="badge" title={definition("weakOnly")}>
            only through weak references
          </span>
        )}
      </li>
      {steps.slice(0, head).map((step, i) => (
        <Step key={i} step={step} hot={step.row.object === hot} last={i === steps.length - 1} />
      ))}
      {hidden > 0 && (
        <li class="chain-gap">
          <span class="chain-dot" aria-hidden="true" />
          <button type="button" class="link" onClick={() => setExtra(extra + MORE_STEPS)}>
            {formatCount(hidden)} more steps between
          </button>
        </li>
      )}
      {steps.slice(tail).map((step, i) => (
        <Step key={tail + i} step={step} hot={step.row.object === hot} last={tail + i === steps.length - 1} />
      ))}
    </ol>
  );
}

function Step({ step, hot, last }: { step: PathStep; hot: boolean; last: boolean }) {
  const { via, row } = step;
  const kind = `chain-step${hot ? " chain-hot" : ""}${last ? " chain-last" : ""}`;
  const label = via === null ? "" : viaLabel(via);
  return (
    <li class={kind}>
      <span class="chain-dot" aria-hidden="true" />
      <code class="chain-via" title={label}>
        {label}
      </code>
      <span class="named-object">
        <ObjectLink row={row} />
        <Marks row={row} />
      </span>
      <span class="chain-size" title={definition("retained")}>
        <Size bytes={row.retained} />
      </span>
    </li>
  );
}
