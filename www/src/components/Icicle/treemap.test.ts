import { describe, expect, it } from "vitest";
import { calmIcicle, icicleCells } from "../../../test/fake-tables";
import type { IcicleCell } from "../../engine/protocol";
import { type Bar, layOut } from "./layout";
import { layTiles, neighbourTile, squarify, type Tile } from "./treemap";

const ROOM: Tile = { x: 10, y: 20, width: 600, height: 400 };
const area = (tile: Tile) => tile.width * tile.height;
const within = (inner: Tile, outer: Tile) =>
  inner.x >= outer.x - 1e-6 &&
  inner.y >= outer.y - 1e-6 &&
  inner.x + inner.width <= outer.x + outer.width + 1e-6 &&
  inner.y + inner.height <= outer.y + outer.height + 1e-6;
const overlap = (a: Tile, b: Tile) =>
  Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x) > 1e-6 &&
  Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y) > 1e-6;

describe("squarify", () => {
  it("gives each its area, inside the room, without overlap", () => {
    const areas = [60, 60, 40, 30, 20, 10, 1].map((part) => part * 800);
    const tiles = squarify(areas, ROOM);
    expect(tiles.map((tile) => Math.round(area(tile)))).toEqual(areas);
    for (const [i, tile] of tiles.entries()) {
      expect(within(tile, ROOM)).toBe(true);
      for (const other of tiles.slice(i + 1)) expect(overlap(tile, other)).toBe(false);
    }
  });

  it("makes tiles of equal areas about square", () => {
    for (const tile of squarify(Array(24).fill(10_000), ROOM)) {
      expect(Math.max(tile.width / tile.height, tile.height / tile.width)).toBeLessThan(2);
    }
  });

  it("takes areas of nothing and no areas", () => {
    expect(squarify([], ROOM)).toEqual([]);
    for (const tile of squarify([240_000, 0, 0], ROOM))
      expect(Number.isFinite(area(tile))).toBe(true);
  });
});

describe("layTiles", () => {
  /** Every drawn bar but the top one, with its tile and those of its parent and its siblings. */
  function drawn(cells: IcicleCell[]) {
    const bars = layOut(cells, 20);
    const tiles = layTiles(bars, 900, 500);
    const at = (i: number) => ({ bar: bars[i] as Bar, tile: tiles[i] as Tile });
    const shown = (i: number) => tiles[i] != null;
    return bars.flatMap((bar, i) => {
      if (bar.parent < 0 || !shown(i)) return [];
      const beside = (bars[bar.parent]?.children ?? []).filter((k) => k !== i && shown(k));
      return [{ ...at(i), parent: at(bar.parent), beside: beside.map(at) }];
    });
  }

  it.each([
    ["one large", icicleCells(null)],
    ["many alike", calmIcicle()],
  ])("puts children inside their parents, larger ones on more area: %s", (_, cells) => {
    const all = drawn(cells);
    expect(all.length).toBeGreaterThan(5);
    for (const { bar, tile, parent, beside } of all) {
      expect(within(tile, parent.tile)).toBe(true);
      expect(beside.some((other) => overlap(tile, other.tile))).toBe(false);
      const smaller = beside.filter((other) => other.bar.width < bar.width * 0.99);
      for (const other of smaller) expect(area(other.tile)).toBeLessThan(area(tile));
    }
  });

  it("draws nothing where there is no room", () => {
    const bars = layOut(icicleCells(null), 9);
    expect(layTiles(bars, 0, 500).every((tile) => tile === null)).toBe(true);
    expect(layTiles([], 900, 500)).toEqual([]);
    const tiny = layTiles(bars, 20, 20);
    expect(tiny[0]).not.toBeNull();
    expect(tiny.slice(1).every((tile) => tile === null)).toBe(true);
  });
});

describe("neighbourTile", () => {
  const bars = layOut(calmIcicle(), 9);
  const tiles = layTiles(bars, 900, 500);

  it("goes in and out, and along siblings from the largest to the smallest", () => {
    const first = neighbourTile(bars, tiles, 0, "ArrowDown");
    const widths = (bars[0]?.children ?? []).map((child) => bars[child]?.width ?? 0);
    expect(bars[first]?.width).toBe(Math.max(...widths));
    const second = neighbourTile(bars, tiles, first, "ArrowRight");
    expect(bars[second]?.width).toBeLessThan(bars[first]?.width ?? 0);
    expect(neighbourTile(bars, tiles, second, "ArrowLeft")).toBe(first);
    expect(neighbourTile(bars, tiles, second, "ArrowUp")).toBe(0);
  });

  it("leads only to tiles that are drawn", () => {
    const few = tiles.map((tile, i) => (i === 0 || i === 2 ? tile : null));
    expect(neighbourTile(bars, few, 0, "ArrowDown")).toBe(2);
    expect(neighbourTile(bars, few, 2, "ArrowRight")).toBe(2);
  });
});
