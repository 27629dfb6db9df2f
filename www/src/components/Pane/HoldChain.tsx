import { Fragment } from "preact";
import { useState } from "preact/hooks";
import type { ObjectIndex, Path, PathStep } from "../../engine/protocol";
import { plural } from "../../lib/format";
import { hotkeyLabel } from "../../lib/hotkeys";
import { useAnswer } from "../../state/session";
import { copyAndTell } from "../Copy";
import { Size } from "../Figures";
import { JavaNameText, ObjectLink } from "../ObjectLink";
import { OMITTED, omittedBefore, omittedText, pathAsText, viaLabel } from "../pathText";

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
        {path !== null && path.steps.length > 0 && (
          <button
            type="button"
            class="link small"
            onClick={() => void copyAndTell(pathAsText(path), "Path copied")}
          >
            Copy
          </button>
        )}
      </div>
      {error !== null && <p class="soft">{error.message}</p>}
      {path !== null && <Chain path={path} />}
      {path === null && error === null && (
        <p class="muted">{pending ? "Looking for the shortest path" : "\u00a0"}</p>
      )}
    </section>
  );
}

function Chain({ path }: { path: Path }) {
  const [unfolded, setUnfolded] = useState(false);
  const { steps } = path;
  if (steps.length === 0) {
    return (
      <p class="soft">
        {path.weakOnly
          ? "Only weak, soft, phantom or finalizer references lead here: the collector may free it."
          : "No GC root reaches this object: it was waiting for the collector."}
      </p>
    );
  }
  const fold = !unfolded && steps.length > HEAD + TAIL + 1;
  const shown: (PathStep | null)[] = fold
    ? [...steps.slice(0, HEAD), null, ...steps.slice(-TAIL)]
    : steps;
  // A path that is long enough for the engine to leave steps out is folded around them at first.
  const gap = fold ? (path.omitted > 0 ? HEAD + 1 : null) : omittedBefore(path);
  return (
    <>
      {path.weakOnly && (
        <p class="hold-weak">
          Only weak, soft, phantom or finalizer references lead here: the collector may free it.
        </p>
      )}
      <ol class={path.weakOnly ? "hold weak" : "hold"}>
        {shown.map((step, i) =>
          step === null ? (
            <li key="fold" class="hold-fold">
              <button type="button" class="link" onClick={() => setUnfolded(true)}>
                {plural(steps.length - HEAD - TAIL, "more step")}
              </button>
            </li>
          ) : (
            <Fragment key={`${step.row.address} ${i}`}>
              {i === gap && (
                <li class="hold-fold muted" title={OMITTED}>
                  {omittedText(path)}
                </li>
              )}
              <Step step={step} root={i === 0 ? path.root : null} last={i === shown.length - 1} />
            </Fragment>
          ),
        )}
      </ol>
    </>
  );
}

function Step({ step, root, last }: { step: PathStep; root: string | null; last: boolean }) {
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
        {step.via !== null && <code class="clip">{viaLabel(step.via)}</code>}
        {root !== null && <span class="badge root">GC root · {root}</span>}
        <Size bytes={step.row.retained} />
      </small>
    </li>
  );
}
