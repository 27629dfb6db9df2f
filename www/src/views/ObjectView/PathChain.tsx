import { Fragment } from "preact";
import { useState } from "preact/hooks";
import { Unfold, useChain } from "../../components/ChainSwitch";
import { type ChainLine, gapBefore } from "../../components/chain";
import { Size } from "../../components/Figures";
import { ObjectLink } from "../../components/ObjectLink";
import { OMITTED, omittedText } from "../../components/pathText";
import type { ObjectIndex, Path } from "../../engine/protocol";
import { plural } from "../../lib/format";
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
  const { lines, toggle } = useChain(path);
  const head = Math.min(lines.length, END_STEPS + extra);
  const tail = Math.max(head, lines.length - END_STEPS);
  const hidden = tail - head;
  const gap = gapBefore(path, lines);
  const omitted = (
    <li key="omitted" class="rootpath-gap muted" title={OMITTED}>
      {omittedText(path)}
    </li>
  );
  const draw = (line: ChainLine, i: number) => (
    <Fragment key={line.at}>
      {i === gap && omitted}
      <Step
        line={line}
        onToggle={toggle}
        root={line.at === 0 ? (path.root ?? "unknown kind") : null}
        hot={line.step.row.object === hot}
        last={i === lines.length - 1}
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
        {lines.slice(0, head).map(draw)}
        {hidden > 0 && (
          <li class="rootpath-gap">
            <button type="button" class="link" onClick={() => setExtra(extra + MORE_STEPS)}>
              {plural(hidden, "more step")} between
            </button>
          </li>
        )}
        {gap !== null && gap >= head && gap < tail && omitted}
        {lines.slice(tail).map((line, i) => draw(line, tail + i))}
      </ol>
    </>
  );
}

interface StepProps {
  line: ChainLine;
  onToggle: (at: number) => void;
  /** Kind of the GC root, on the first step. */
  root: string | null;
  hot: boolean;
  last: boolean;
}

function Step({ line, onToggle, root, hot, last }: StepProps) {
  const { row } = line.step;
  const kind = `rootpath-step${root === null ? "" : " rootpath-root"}${hot ? " rootpath-hot" : ""}${last ? " rootpath-last" : ""}`;
  const label = line.label ?? "";
  return (
    <li class={kind}>
      <span class="rootpath-dot" aria-hidden="true" />
      {root === null ? (
        <span class="rootpath-via">
          <code title={label}>{label}</code>
          <Unfold line={line} onToggle={onToggle} />
        </span>
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
