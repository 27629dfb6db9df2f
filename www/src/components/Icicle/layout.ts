/** Geometry of the icicle: cells of the engine become bars in rows. Pure. */
import type { IcicleCell } from "../../engine/protocol";

/** A bar: one cell, or a run of cells that each hold nearly all of the one above. */
export interface Bar {
  /** Cells in this bar, outermost first. */
  cells: IcicleCell[];
  /** Position in the answer of the innermost cell. */
  index: number;
  row: number;
  /** Left edge and width as parts of the whole, 0..1. */
  left: number;
  width: number;
  /** Positions in the list of bars. */
  parent: number;
  children: number[];
}

/** A child that holds this part of its parent says nothing new by its width: both share one bar. */
const SAME = 0.985;
/** Bars narrower than this part of the whole are not drawn. */
const THINNEST = 0.0008;

/**
 * Lays the cells out: children left to right in the order of the answer (largest first), each below its parent.
 * Runs of only children that hold nearly all of their parent are drawn as one bar with all their names.
 */
export function layOut(cells: IcicleCell[], maxRows: number): Bar[] {
  const root = cells[0];
  if (!root || root.retained <= 0) return [];
  const childrenOf: number[][] = cells.map(() => []);
  cells.forEach((cell, i) => {
    if (cell.parent >= 0) childrenOf[cell.parent]?.push(i);
  });
  const bars: Bar[] = [];
  // A stack of its own: the tree may be as deep as the dump's longest list.
  const open = [{ index: 0, row: 0, left: 0, parent: -1 }];
  while (open.length > 0) {
    const next = open.pop();
    if (!next) break;
    const run = next.row === 0 ? [next.index] : runFrom(next.index, cells, childrenOf);
    const index = run[run.length - 1] ?? next.index;
    const outer = cells[next.index] as IcicleCell;
    const width = Math.min(outer.retained / root.retained, 1 - next.left);
    if (width < THINNEST) continue;
    const at = bars.length;
    bars.push({
      cells: run.map((i) => cells[i] as IcicleCell),
      index,
      row: next.row,
      left: next.left,
      width,
      parent: next.parent,
      children: [],
    });
    bars[next.parent]?.children.push(at);
    if (next.row + 1 >= maxRows) continue;
    const below: typeof open = [];
    let left = next.left;
    for (const child of childrenOf[index] ?? []) {
      below.push({ index: child, row: next.row + 1, left, parent: at });
      left += (cells[child]?.retained ?? 0) / root.retained;
    }
    // Reversed, so that the stack gives the leftmost first and `children` stay in order.
    open.push(...below.reverse());
  }
  return bars;
}

function runFrom(start: number, cells: IcicleCell[], childrenOf: number[][]): number[] {
  const run = [start];
  for (let at = start; ; ) {
    const child = childrenOf[at]?.[0];
    const parent = cells[at];
    const cell = child === undefined ? undefined : cells[child];
    if (child === undefined || !parent || !cell || cell.object === null || parent.object === null)
      return run;
    if (cell.retained < parent.retained * SAME) return run;
    run.push(child);
    at = child;
  }
}

export type ArrowKey = "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown";

export function isArrow(key: string): key is ArrowKey {
  return key === "ArrowLeft" || key === "ArrowRight" || key === "ArrowUp" || key === "ArrowDown";
}

/** Where an arrow key leads from a bar; the same bar at the border. */
export function neighbour(bars: Bar[], from: number, key: ArrowKey): number {
  const bar = bars[from];
  if (!bar) return 0;
  if (key === "ArrowUp") return bar.parent >= 0 ? bar.parent : from;
  if (key === "ArrowDown") return bar.children[0] ?? from;
  const row = bars.map((_, i) => i).filter((i) => bars[i]?.row === bar.row);
  row.sort((a, b) => (bars[a]?.left ?? 0) - (bars[b]?.left ?? 0));
  return row[row.indexOf(from) + (key === "ArrowLeft" ? -1 : 1)] ?? from;
}
