import { Fragment } from "preact";
import { useState } from "preact/hooks";
import { Size } from "../../components/Figures";
import { ObjectLink } from "../../components/ObjectLink";
import { OMITTED, omittedBefore, omittedText, viaLabel } from "../../components/pathText";
import type { ObjectIndex, Path, PathStep } from "../../engine/protocol";
import { formatCount } from "../../lib/format";
import { definition } from "../../lib/glossary";
import { Marks } from "./Marks";
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
  const gap = omittedBefore(path);
  const omitted = (
    <li key="omitted" class="rootpath-gap muted" title={OMITTED}>
      {omittedText(path)}
    </li>
  );
  const line = (step: PathStep, i: number) => (
    <Fragment key={i}>
      {i === gap && omitted}
      <Step
        step={step}
        root={i === 0 ? (path.root ?? "unknown kind") : null}
        hot={step.row.object === hot}
        last={i === steps.length - 1}
      />
    </Fragment>
  );
  return (
    <>
      {path.weakOnly && (
        <p class="rootpath-weak-note soft" title={definition("weakOnly")}>
          Only weak, soft, phantom or finalizer references lead here: the collector may free it when
          it must.
        </p>
      )}
      <ol class={path.weakOnly ? "rootpath rootpath-weak" : "rootpath"}>
        {steps.slice(0, head).map(line)}
        {hidden > 0 && (
          <li class="rootpath-gap">
            <button type="button" class="link" onClick={() => setExtra(extra + MORE_STEPS)}>
              {formatCount(hidden)} more {hidden === 1 ? "step" : "steps"} between
            </button>
          </li>
        )}
        {gap !== null && gap >= head && gap < tail && omitted}
        {steps.slice(tail).map((step, i) => line(step, tail + i))}
      </ol>
    </>
  );
}

interface StepProps {
  step: PathStep;
  /** Kind of the GC root, on the first step. */
  root: string | null;
  hot: boolean;
  last: boolean;
}

function Step({ step, root, hot, last }: StepProps) {
  const { via, row } = step;
  const kind = `rootpath-step${root === null ? "" : " rootpath-root"}${hot ? " rootpath-hot" : ""}${last ? " rootpath-last" : ""}`;
  const label = via === null ? "" : viaLabel(via);
  return (
    <li class={kind}>
      <span class="rootpath-dot" aria-hidden="true" />
      {root === null ? (
        <code class="rootpath-via" title={label}>
          {label}
        </code>
      ) : (
        <span class="rootpath-via" title={definition("gcRoot")}>
          GC root · {root}
        </span>
      )}
      <span class="named-object">
        <ObjectLink row={row} />
        <Marks
          row={
            root === null
              ? row
              : { roots: row.roots.filter((kind) => kind !== root), unreachable: row.unreachable }
          }
        />
      </span>
      <span class="rootpath-size" title={definition("retained")}>
        <Size bytes={row.retained} />
      </span>
    </li>
  );
}
