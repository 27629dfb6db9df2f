import { describe, expect, it } from "vitest";
import { icicleCells } from "../../../test/fake-tables";
import type { IcicleCell } from "../../engine/protocol";
import { layOut, neighbour } from "./layout";

const cell = (
  parent: number,
  retained: number,
  object: number | null = 1,
  depth = parent < 0 ? 0 : 1,
): IcicleCell => ({
  parent,
  depth,
  object,
  label: `o${object}`,
  className: "C",
  class: 0,
  retained,
  count: 1,
  suspect: false,
});

describe("layOut", () => {
  it("places children under their parent, side by side, as wide as they retain", () => {
    const bars = layOut([cell(-1, 100, null), cell(0, 60, 1), cell(0, 30, 2), cell(1, 20, 3)], 9);
    expect(bars.map((b) => [b.index, b.row, b.left, b.width])).toEqual([
      [0, 0, 0, 1],
      [1, 1, 0, 0.6],
      [3, 2, 0, 0.2],
      [2, 1, 0.6, 0.3],
    ]);
    expect(bars[0]?.children).toEqual([1, 3]);
  });

  it("draws a run that retains nearly the same as one bar with all its names", () => {
    const bars = layOut(
      [cell(-1, 100, null), cell(0, 95, 1), cell(1, 94.9, 2), cell(2, 94.8, 3), cell(3, 10, 4)],
      9,
    );
    expect(bars.map((b) => b.cells.map((c) => c.object))).toEqual([[null], [1, 2, 3], [4]]);
    expect(bars[1]?.index).toBe(3);
    expect(bars[2]?.row).toBe(2);
  });

  it("keeps every bar within its parent", () => {
    const bars = layOut(icicleCells(null), 9);
    expect(bars.length).toBeGreaterThan(5);
    for (const bar of bars) {
      const parent = bars[bar.parent];
      if (!parent) continue;
      expect(bar.left).toBeGreaterThanOrEqual(parent.left);
      expect(bar.left + bar.width).toBeLessThanOrEqual(parent.left + parent.width + 1e-9);
      expect(bar.row).toBe(parent.row + 1);
    }
  });

  it("stops at the last row and leaves out what would not be seen", () => {
    const deep = [cell(-1, 100, null), ...Array.from({ length: 50 }, (_, i) => cell(i, 90 - i, i))];
    expect(Math.max(...layOut(deep, 5).map((b) => b.row))).toBe(4);
    expect(layOut([cell(-1, 1e6, null), cell(0, 10, 1)], 5).length).toBe(1);
  });

  it("has nothing to draw for an empty answer", () => {
    expect(layOut([], 5)).toEqual([]);
    expect(layOut([cell(-1, 0, null)], 5)).toEqual([]);
  });
});

describe("neighbour", () => {
  const bars = layOut(
    [cell(-1, 100, null), cell(0, 50, 1), cell(0, 40, 2), cell(1, 20, 3), cell(2, 20, 4)],
    9,
  );
  const at = (object: number | null) => bars.findIndex((b) => b.cells[0]?.object === object);

  it("goes down to the widest child, up to the parent, and along the row across parents", () => {
    expect(neighbour(bars, at(null), "ArrowDown")).toBe(at(1));
    expect(neighbour(bars, at(3), "ArrowUp")).toBe(at(1));
    expect(neighbour(bars, at(3), "ArrowRight")).toBe(at(4));
    expect(neighbour(bars, at(4), "ArrowLeft")).toBe(at(3));
  });

  it("stays at the border", () => {
    expect(neighbour(bars, at(null), "ArrowUp")).toBe(at(null));
    expect(neighbour(bars, at(4), "ArrowRight")).toBe(at(4));
    expect(neighbour(bars, at(4), "ArrowDown")).toBe(at(4));
  });
});
