/** A path as a programmer reads it: what a collection holds is one step, its insides unfold. Pure. */
import type { Path, PathFold, PathStep } from "../engine/protocol";
import { visibleText } from "../lib/format";
import { omittedBefore, viaLabel } from "./pathText";

/** A line of a chain. */
export interface ChainLine {
  /** Position among the steps of the path. */
  at: number;
  step: PathStep;
  /** How the line before holds it; null for the root. */
  label: string | null;
  /** The stretch inside a collection that ends here. */
  fold: PathFold | null;
  /** Steps of it that are hidden now; 0 where it is unfolded. */
  hidden: number;
}

/**
 * The lines of a path. `logical` folds each stretch inside a collection into one line, but for those in `unfolded`,
 * which are named by the position of their last step.
 */
export function chainLines(
  { steps, folds }: Path,
  logical: boolean,
  unfolded: ReadonlySet<number>,
): ChainLine[] {
  const ending = new Map(logical ? folds.map((fold) => [fold.to, fold]) : []);
  const hiddenBy = folds.filter((fold) => logical && !unfolded.has(fold.to));
  const inside = (at: number) => hiddenBy.some((fold) => fold.from < at && at < fold.to);
  const lines: ChainLine[] = [];
  for (const [at, step] of steps.entries()) {
    if (inside(at)) continue;
    const fold = ending.get(at) ?? null;
    const folded = fold !== null && !unfolded.has(at);
    const via = step.via === null ? null : viaLabel(step.via);
    const label = folded ? visibleText(fold.label, 120) : via;
    lines.push({ at, step, label, fold, hidden: folded ? fold.to - fold.from - 1 : 0 });
  }
  return lines;
}

/** The line before which the engine left steps out; null where it did not, or a folded stretch hides the place. */
export function gapBefore(path: Path, lines: readonly ChainLine[]): number | null {
  const gap = omittedBefore(path);
  if (gap === null) return null;
  const line = lines.findIndex(({ at }) => at >= gap);
  const found = lines[line];
  if (found === undefined) return null;
  const hides = found.hidden > 0 && found.fold !== null && found.fold.from < gap;
  return hides ? null : line;
}
