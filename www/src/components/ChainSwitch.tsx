import { logicalPaths, setLogicalPaths } from "../state/settings";
import type { ChainLine } from "./chain";
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

export interface UnfoldProps {
  line: ChainLine;
  onToggle: (at: number) => void;
}

/** Opens or closes one stretch inside a collection. */
export function Unfold({ line, onToggle }: UnfoldProps) {
  if (line.fold === null || line.fold.to - line.fold.from < 2) return null;
  const open = line.hidden === 0;
  const count = line.fold.to - line.fold.from - 1;
  const steps = count === 1 ? "step" : "steps";
  return (
    <button
      type="button"
      class="link unfold"
      aria-expanded={open}
      aria-label={`${open ? "Hide" : "Show"} the ${count} ${steps} inside the collection`}
      title={`${open ? "Hide" : "Show"} the ${count} ${steps} inside the collection`}
      onClick={() => onToggle(line.at)}
    >
      {open ? "−" : `+${count}`}
    </button>
  );
}
