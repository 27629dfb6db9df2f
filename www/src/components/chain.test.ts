import { describe, expect, it } from "vitest";
import { row } from "../../test/fake-heap";
import type { Path } from "../engine/protocol";
import { chainLines, gapBefore } from "./chain";

const VIAS = [null, "static CACHE", "table", "[13]", "next", "value", "name"];
const path: Path = {
  steps: VIAS.map((via, i) => ({ via, row: row(100 + i) })),
  root: "System class",
  weakOnly: false,
  omitted: 0,
  folds: [{ from: 1, to: 5, label: '["key"]' }],
};
const labels = (logical: boolean, unfolded: number[] = []) =>
  chainLines(path, logical, new Set(unfolded)).map((line) => line.label);

describe("a chain through a collection", () => {
  it("reads as map and key, not as table and nodes", () => {
    expect(labels(true)).toEqual([null, "static CACHE", '["key"]', ".name"]);
    expect(chainLines(path, true, new Set())[2]?.hidden).toBe(3);
  });

  it("unfolds one stretch to its steps", () => {
    const lines = chainLines(path, true, new Set([5]));
    expect(lines.map((line) => line.at)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(lines[5]).toMatchObject({ label: ".value", hidden: 0, fold: path.folds[0] });
  });

  it("is physical where that is wished for", () => {
    expect(labels(false)).toEqual([
      null,
      "static CACHE",
      ".table",
      "[13]",
      ".next",
      ".value",
      ".name",
    ]);
  });

  it("shows what hides in a key", () => {
    const hostile = { ...path, folds: [{ from: 1, to: 5, label: '["a\u202eb"]' }] };
    expect(chainLines(hostile, true, new Set())[2]?.label).toBe('["a\\u202eb"]');
  });

  it("does not tell of steps left out inside a folded collection", () => {
    const long = { ...path, omitted: 9_000 };
    expect(gapBefore(long, chainLines(long, true, new Set()))).toBeNull();
    expect(gapBefore(long, chainLines(long, false, new Set()))).toBe(4);
    expect(gapBefore(path, chainLines(path, true, new Set()))).toBeNull();
  });
});
