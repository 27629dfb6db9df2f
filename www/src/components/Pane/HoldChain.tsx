import { Fragment } from "preact";
import { useState } from "preact/hooks";
import type { ObjectIndex, Path } from "../../engine/protocol";
import { plural } from "../../lib/format";
import { hotkeyLabel } from "../../lib/hotkeys";
import { useAnswer } from "../../state/session";
import { ChainSwitch, Unfold, useChain } from "../ChainSwitch";
import { CopyLink } from "../Copy";
import { type ChainLine, gapBefore } from "../chain";
import { Size } from "../Figures";
import { JavaNameText, ObjectLink } from "../ObjectLink";
import { OMITTED, omittedText, pathAsText } from "../pathText";

/** Longer chains are folded in the middle: the ends are what a person reads first. */
const HEAD = 6;
const TAIL = 6;

/** The path to a GC root as a vertical chain, root on top; renewed with the selection. */
export function HoldChain({
  object,
  title = "What holds this",
}: {
  object: ObjectIndex;
  title?: string;
}) {
  const {
    value: path,
    error,
    pending,
    stale,
  } = useAnswer((engine) => engine.pathToRoot(object), [object]);
  return (
    <section class={stale && pending ? "is-pending" : ""} aria-busy={stale && pending}>
      <div class="pane-head">
        <h2 id="what-holds-this" tabIndex={-1}>
          {title} <kbd>{hotkeyLabel("holds")}</kbd>
        </h2>
        <ChainSwitch folds={path?.folds.length ?? 0} />
        {path !== null && path.steps.length > 0 && (
          <CopyLink small text={() => pathAsText(path)} said="Path copied">
            Copy
          </CopyLink>
        )}
      </div>
      {error !== null && <p class="soft">{error.message}</p>}
      {path !== null && <Chain key={path.steps.at(-1)?.row.object} path={path} />}
      {path === null && error === null && (
        <p class="muted">{pending ? "Looking for the shortest path" : "\u00a0"}</p>
      )}
    </section>
  );
}

function Chain({ path }: { path: Path }) {
  const [whole, setWhole] = useState(false);
  const { lines, toggle } = useChain(path);
  if (lines.length === 0) {
    return (
      <p class="soft">
        {path.weakOnly
          ? "Only weak, soft, phantom or finalizer references lead here: the collector may free it."
          : "No GC root reaches this object: it was waiting for the collector."}
      </p>
    );
  }
  const fold = !whole && lines.length > HEAD + TAIL + 1;
  const shown: (ChainLine | null)[] = fold
    ? [...lines.slice(0, HEAD), null, ...lines.slice(-TAIL)]
    : lines;
  const gapLine = gapBefore(path, lines);
  // A path that is long enough for the engine to leave steps out is folded around them at first.
  const gap = fold ? (gapLine !== null ? HEAD + 1 : null) : gapLine;
  return (
    <>
      {path.weakOnly && (
        <p class="hold-weak">
          Only weak, soft, phantom or finalizer references lead here: the collector may free it.
        </p>
      )}
      <ol class={path.weakOnly ? "hold weak" : "hold"}>
        {shown.map((line, i) =>
          line === null ? (
            <li key="fold" class="hold-fold">
              <button type="button" class="link" onClick={() => setWhole(true)}>
                {plural(lines.length - HEAD - TAIL, "more step")}
              </button>
            </li>
          ) : (
            <Fragment key={line.at}>
              {i === gap && (
                <li class="hold-fold muted" title={OMITTED}>
                  {omittedText(path)}
                </li>
              )}
              <Step
                line={line}
                onToggle={toggle}
                root={line.at === 0 ? path.root : null}
                last={i === shown.length - 1}
              />
            </Fragment>
          ),
        )}
      </ol>
    </>
  );
}

interface StepProps {
  line: ChainLine;
  onToggle: (at: number) => void;
  root: string | null;
  last: boolean;
}

function Step({ line, onToggle, root, last }: StepProps) {
  const { step, label } = line;
  return (
    <li class={last ? "hold-last" : ""}>
      {last ? (
        <b class="clip" aria-current="true">
          <JavaNameText name={step.row.name} value={step.row.value} short />
        </b>
      ) : (
        <ObjectLink row={step.row} short />
      )}
      <small>
        {label !== null && <code class="clip">{label}</code>}
        <Unfold line={line} onToggle={onToggle} />
        {root !== null && <span class="badge root">GC root · {root}</span>}
        <Size bytes={step.row.retained} />
      </small>
    </li>
  );
}
