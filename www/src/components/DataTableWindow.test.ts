import { describe, expect, it } from "vitest";
import {
  MOUNTED_ROWS,
  moveCursor,
  neighbourStretch,
  PAGE_ROWS,
  stretchAt,
  wantedPages,
} from "./DataTableWindow";

describe("stretchAt", () => {
  it("holds every row of a table below the limit", () => {
    expect(stretchAt(17, 400)).toEqual({ first: 0, count: 400 });
  });

  it("never mounts more than 500,000 rows and always contains the row asked for", () => {
    const total = 36_118_377;
    for (const index of [0, 499_999, 500_000, 12_345_678, total - 1]) {
      const { first, count } = stretchAt(index, total);
      expect(count).toBeLessThanOrEqual(MOUNTED_ROWS);
      expect(index).toBeGreaterThanOrEqual(first);
      expect(index).toBeLessThan(first + count);
      expect(first + count).toBeLessThanOrEqual(total);
    }
  });

  it("covers the whole table with its neighbours, without gap or overlap", () => {
    const total = 1_700_001;
    let stretch = stretchAt(0, total);
    let covered = stretch.count;
    for (
      let next = neighbourStretch(stretch, total, 1);
      next !== null;
      next = neighbourStretch(stretch, total, 1)
    ) {
      expect(next).toBe(stretch.first + stretch.count);
      stretch = stretchAt(next, total);
      covered += stretch.count;
    }
    expect(covered).toBe(total);
    expect(neighbourStretch({ first: 0, count: MOUNTED_ROWS }, total, -1)).toBeNull();
  });

  it("survives an empty table and an index beyond the end", () => {
    expect(stretchAt(0, 0)).toEqual({ first: 0, count: 0 });
    expect(stretchAt(999, 10)).toEqual({ first: 0, count: 10 });
  });
});

describe("wantedPages", () => {
  it("asks for the visible page first, then for the one ahead", () => {
    expect(wantedPages(0, 30, 10_000)).toEqual([0, 1]);
    expect(wantedPages(1_000, 1_030, 10_000)).toEqual([5, 6, 4]);
  });

  it("looks ahead in the direction of travel", () => {
    expect(wantedPages(1_000, 1_030, 10_000, false)).toEqual([5, 4, 6]);
  });

  it("covers every visible row and never leaves the table", () => {
    for (const total of [1, 199, 200, 201, 12_345]) {
      for (let first = 0; first < total; first += 97) {
        const last = Math.min(total - 1, first + 60);
        const pages = wantedPages(first, last, total);
        for (let row = first; row <= last; row++)
          expect(pages).toContain(Math.floor(row / PAGE_ROWS));
        for (const page of pages) expect(page * PAGE_ROWS).toBeLessThan(total);
        expect(new Set(pages).size).toBe(pages.length);
      }
    }
  });

  it("asks for nothing when there is nothing", () => {
    expect(wantedPages(0, 30, 0)).toEqual([]);
  });
});

describe("moveCursor", () => {
  it("starts at the near end when no row is current", () => {
    expect(moveCursor("ArrowDown", -1, 10, 5)).toBe(0);
    expect(moveCursor("ArrowUp", -1, 10, 5)).toBe(9);
  });

  it("stops at both ends", () => {
    expect(moveCursor("ArrowDown", 9, 10, 5)).toBe(9);
    expect(moveCursor("ArrowUp", 0, 10, 5)).toBe(0);
    expect(moveCursor("PageUp", 2, 10, 5)).toBe(0);
    expect(moveCursor("PageDown", 8, 10, 5)).toBe(9);
  });

  it("keeps one row in view when paging", () => {
    expect(moveCursor("PageDown", 0, 100, 20)).toBe(19);
  });

  it("leaves other keys alone", () => {
    expect(moveCursor("x", 3, 10, 5)).toBeNull();
    expect(moveCursor("ArrowDown", -1, 0, 5)).toBeNull();
  });
});
