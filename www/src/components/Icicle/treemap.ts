/** Geometry of the treemap: the bars of the icicle as nested rectangles, as large as they retain. Pure. */
import type { ArrowKey, Bar } from "./layout";

/** Where a bar is drawn, in pixels from the top left corner. */
export interface Tile {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Height of the strip at the top of a tile that holds its name, with the tiles of its children below. */
export const STRIP = 18;
const MARGIN = 2;
/** Smaller tiles are not drawn: nobody could hit or tell them. */
const LEAST = 3;
/** Tiles smaller than this show no children. */
const LEAST_OUTER = { width: 36, height: 2 * STRIP };

/**
 * A tile for each bar that is large enough, by position in `bars`. Siblings are laid in rows whose tiles are as
 * square as possible (Bruls, Huizing, van Wijk: Squarified Treemaps, 2000). What a parent retains itself, or what was
 * cut off, stays empty.
 */
export function layTiles(bars: readonly Bar[], width: number, height: number): (Tile | null)[] {
  const tiles: (Tile | null)[] = bars.map(() => null);
  if (bars.length === 0 || width <= 0 || height <= 0) return tiles;
  tiles[0] = { x: 0, y: 0, width, height };
  // Parents come before their children in the list.
  bars.forEach((bar, i) => {
    const outer = tiles[i] ?? null;
    if (outer === null || outer.width < LEAST_OUTER.width || outer.height < LEAST_OUTER.height)
      return;
    const room = {
      x: outer.x + MARGIN,
      y: outer.y + STRIP,
      width: outer.width - 2 * MARGIN,
      height: outer.height - STRIP - MARGIN,
    };
    const perPart = bar.width > 0 ? (room.width * room.height) / bar.width : 0;
    const order = [...bar.children].sort((a, b) => (bars[b]?.width ?? 0) - (bars[a]?.width ?? 0));
    const areas = order.map((child) => (bars[child]?.width ?? 0) * perPart);
    squarify(areas, room).forEach((tile, k) => {
      const child = order[k];
      if (child !== undefined && tile.width >= LEAST && tile.height >= LEAST) tiles[child] = tile;
    });
  });
  return tiles;
}

/** Rectangles of the given areas (largest first), which together are not larger than the room. */
export function squarify(areas: readonly number[], room: Tile): Tile[] {
  const tiles: Tile[] = [];
  let { x, y, width, height } = room;
  let start = 0;
  while (start < areas.length && width > 0 && height > 0) {
    const side = Math.min(width, height);
    const end = rowEnd(areas, start, side);
    const row = areas.slice(start, end);
    const sum = row.reduce((a, b) => a + b, 0);
    const across = width >= height;
    const thick = Math.min(sum / side, across ? width : height);
    let along = 0;
    for (const area of row) {
      const length = thick > 0 ? area / thick : 0;
      tiles.push(
        across
          ? { x, y: y + along, width: thick, height: length }
          : { x: x + along, y, width: length, height: thick },
      );
      along += length;
    }
    if (across) [x, width] = [x + thick, width - thick];
    else [y, height] = [y + thick, height - thick];
    start = end;
  }
  return tiles;
}

/** How many areas, from `start`, make the row whose worst tile is nearest to a square. */
function rowEnd(areas: readonly number[], start: number, side: number): number {
  let sum = 0;
  let worst = Number.POSITIVE_INFINITY;
  const largest = areas[start] ?? 0;
  for (let end = start; end < areas.length; end++) {
    const least = areas[end] ?? 0;
    const next = sum + least;
    const ratio = Math.max((side * side * largest) / next ** 2, next ** 2 / (side * side * least));
    if (end > start && !(ratio <= worst)) return end;
    sum = next;
    worst = ratio;
  }
  return areas.length;
}

/** Where an arrow key leads: up and down between levels, left and right among siblings by size; only to drawn tiles. */
export function neighbourTile(
  bars: readonly Bar[],
  tiles: readonly (Tile | null)[],
  from: number,
  key: ArrowKey,
): number {
  const bar = bars[from];
  if (bar === undefined) return 0;
  const drawn = (children: readonly number[]) =>
    children
      .filter((child) => tiles[child] != null)
      .sort((a, b) => (bars[b]?.width ?? 0) - (bars[a]?.width ?? 0));
  if (key === "ArrowUp") return bar.parent >= 0 ? bar.parent : from;
  if (key === "ArrowDown") return drawn(bar.children)[0] ?? from;
  const siblings = drawn(bars[bar.parent]?.children ?? []);
  return siblings[siblings.indexOf(from) + (key === "ArrowLeft" ? -1 : 1)] ?? from;
}
