import { useState } from "preact/hooks";
import type { Path } from "../engine/protocol";
import { plural } from "../lib/format";
import { logicalPaths, setLogicalPaths } from "../state/settings";
import { type ChainLine, chainLines } from "./chain";
import "./ChainSwitch.css";

/** Chooses between `map["key"]` and `table[13].next.value`, for all chains. Nothing where it makes no difference. */
export function ChainSwitch({ folds }: { folds: number }) {
  if (folds === 0) return null;
  const logical = logicalPaths.value;
  return (
    <button
      type="button"
      class="link small"
      aria-pressed={!logical}
      title={
        logical
          ? "Show the arrays and nodes inside collections, step by step"
          : 'Show what a collection holds as one step, such as map["key"]'
      }
      onClick={() => setLogicalPaths(!logical)}
    >
      Every step
    </button>
  );
}

/** The lines of a path, and the way to open or close the stretch inside a collection that a line stands for. */
export function useChain(path: Path) {
  const [unfolded, setUnfolded] = useState<ReadonlySet<number>>(new Set());
  const toggle = (at: number) => {
    const next = new Set(unfolded);
    if (!next.delete(at)) next.add(at);
    setUnfolded(next);
  };
  return { lines: chainLines(path, logicalPaths.value, unfolded), toggle };
}

export interface UnfoldProps {
  line: ChainLine;
  onToggle: (at: number) => void;
}

/** Opens or closes one stretch inside a collection. */
export function Unfold({ line, onToggle }: UnfoldProps) {
  if (line.fold === null || line.fold.to - line.fold.from < 2) return null;
  const open = line.hidden === 0;
  const count = line.fold.to - line.fold.from - 1;
  const what = `${open ? "Hide" : "Show"} the ${plural(count, "step")} inside the collection`;
  return (
    <button
      type="button"
      class="link unfold"
      aria-expanded={open}
      aria-label={what}
      title={what}
      onClick={() => onToggle(line.at)}
    >
      {open ? "−" : `+${count}`}
    </button>
  );
}
