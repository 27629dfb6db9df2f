/**
 * The arithmetic of a long table: which rows are mounted, which pages they need, where a key moves the cursor.
 * Pure; indices are 0-based positions among the matching rows.
 */

/** Rows asked for at a time. */
export const PAGE_ROWS = 200;

/**
 * Rows that one scroll area may hold. Browsers cap an element's height (Firefox near 17.9 million pixels, about 745,000
 * rows of 24 px), so a longer table is shown in stretches of this many rows.
 */
export const MOUNTED_ROWS = 500_000;

/** Height of a row in pixels; the style sheet uses the same value. */
export const ROW_HEIGHT = 24;
/** The same of the head, the filter row and the totals row. */
export const HEAD = 26;
export const FILTER = 30;
export const FOOT = 26;

/** The rows that the scroll area holds: `first` up to `first + count - 1`. */
export interface Stretch {
  first: number;
  count: number;
}

/** The stretch that holds row `index` of `total`. */
export function stretchAt(index: number, total: number): Stretch {
  const inside = Math.max(0, Math.min(index, total - 1));
  const first = Math.floor(inside / MOUNTED_ROWS) * MOUNTED_ROWS;
  return { first, count: Math.max(0, Math.min(MOUNTED_ROWS, total - first)) };
}

/**
 * Numbers of the pages that rows `first` to `last` (inclusive) need, visible pages before the neighbours that are
 * fetched ahead; the neighbour in the direction of travel comes first. Empty for an empty table.
 */
export function wantedPages(first: number, last: number, total: number, forward = true): number[] {
  if (total <= 0 || last < first) return [];
  const end = Math.floor((total - 1) / PAGE_ROWS);
  const from = Math.max(0, Math.min(Math.floor(first / PAGE_ROWS), end));
  const to = Math.max(from, Math.min(Math.floor(last / PAGE_ROWS), end));
  const visible = Array.from({ length: to - from + 1 }, (_, i) => from + i);
  const ahead = forward ? [to + 1, from - 1] : [from - 1, to + 1];
  return [...visible, ...ahead.filter((page) => page >= 0 && page <= end)];
}

/**
 * Where a key moves the cursor, or null when the key moves nothing. `cursor` is -1 while no row is current.
 * `pageRows` is the number of fully visible rows.
 */
export function moveCursor(
  key: string,
  cursor: number,
  total: number,
  pageRows: number,
): number | null {
  if (total <= 0) return null;
  const last = total - 1;
  const step = Math.max(1, pageRows - 1);
  const clamp = (index: number) => Math.max(0, Math.min(last, index));
  switch (key) {
    case "ArrowDown":
      return cursor < 0 ? 0 : clamp(cursor + 1);
    case "ArrowUp":
      return cursor < 0 ? last : clamp(cursor - 1);
    case "PageDown":
      return clamp(Math.max(cursor, 0) + step);
    case "PageUp":
      return clamp(Math.max(cursor, 0) - step);
    case "Home":
      return 0;
    case "End":
      return last;
    default:
      return null;
  }
}

/** The first row of the next (1) or previous (-1) stretch, or null at either end. */
export function neighbourStretch(
  stretch: Stretch,
  total: number,
  direction: 1 | -1,
): number | null {
  const first = stretch.first + direction * MOUNTED_ROWS;
  return first >= 0 && first < total ? first : null;
}
