import { describe, expect, it, vi } from "vitest";
import { TREE_PAGE, TreeModel, type TreeSource } from "./TreeTableModel";

/** A tree of numbers: n has the children 10n+1, 10n+2, ...; as many as `sizes` says. */
function tree(sizes: Record<number, number>) {
  const source: TreeSource<number> = {
    children: vi.fn((parent: number | null, start: number, count: number) => {
      const all = Array.from(
        { length: sizes[parent ?? 0] ?? 0 },
        (_, i) => (parent ?? 0) * 1_000 + i + 1,
      );
      const rows = all.slice(start, start + count);
      return Promise.resolve({
        ok: true as const,
        value: { rows, start, matching: all.length, total: all.length },
      });
    }),
    keyOf: String,
    expandable: (row) => (sizes[row] ?? 0) > 0,
  };
  return { source, model: new TreeModel(source) };
}

/** The tree as indented text. */
function drawn(model: TreeModel<number>): string[] {
  return model.items.map((item) => {
    const indent = "  ".repeat(item.level - 1);
    if (item.kind === "node") return `${indent}${item.node.row}`;
    return item.kind === "more" ? `${indent}... ${item.left}` : `${indent}${item.kind}`;
  });
}

function nodeOf(model: TreeModel<number>, row: number) {
  const item = model.items.find((item) => item.kind === "node" && item.node.row === row);
  if (item?.kind !== "node") throw new Error(`no line for ${row}`);
  return item.node;
}

describe("a tree", () => {
  it("reads children when a node is opened, once", async () => {
    const { source, model } = tree({ 0: 2, 1: 2 });
    await model.start();
    expect(drawn(model)).toEqual(["1", "2"]);
    const opening = model.expand(nodeOf(model, 1));
    expect(drawn(model)).toEqual(["1", "  waiting", "2"]);
    await opening;
    expect(drawn(model)).toEqual(["1", "  1001", "  1002", "2"]);
    model.collapse(nodeOf(model, 1));
    expect(drawn(model)).toEqual(["1", "2"]);
    await model.expand(nodeOf(model, 1));
    expect(source.children).toHaveBeenCalledTimes(2);
  });

  it("shows a hundred children and offers the rest", async () => {
    const { model } = tree({ 0: 250 });
    await model.start();
    expect(drawn(model).at(-1)).toBe("... 150");
    await model.load(null);
    expect(drawn(model).at(-1)).toBe("... 50");
    await model.load(null);
    expect(model.items).toHaveLength(250);
    expect(nodeOf(model, 250).rank).toBe(249);
  });

  it("opens along a path, and shows a child that is far down without reading its siblings", async () => {
    const { source, model } = tree({ 0: 3, 2: 5_000, 2400: 1 });
    const node = await model.reveal([2, 2_400, 2_400_001]);
    expect(node?.row).toBe(2_400_001);
    expect(drawn(model).slice(TREE_PAGE + 2)).toEqual(["  ... 4900", "  2400", "    2400001", "3"]);
    expect(source.children).toHaveBeenCalledTimes(3);
  });

  it("puts a revealed child in its place when its page arrives, still open", async () => {
    const { model } = tree({ 0: 1, 1: 150, 1120: 1 });
    await model.reveal([1, 1_120, 1_120_001]);
    expect(nodeOf(model, 1_120).rank).toBeNull();
    await model.load(nodeOf(model, 1));
    expect(nodeOf(model, 1_120).rank).toBe(119);
    expect(drawn(model).filter((line) => line.trim() === "1120")).toHaveLength(1);
    expect(drawn(model)).toContain("    1120001");
  });

  it("says where reading failed and tries again", async () => {
    const { source, model } = tree({ 0: 1, 1: 1 });
    await model.start();
    vi.mocked(source.children).mockRejectedValueOnce(new Error("worker died"));
    await model.expand(nodeOf(model, 1));
    expect(drawn(model)).toEqual(["1", "  failed"]);
    await model.load(nodeOf(model, 1));
    expect(drawn(model)).toEqual(["1", "  1001"]);
  });

  it("draws a chain of 2,000 levels without recursion", async () => {
    const source: TreeSource<number> = {
      children: (parent) =>
        Promise.resolve({
          ok: true,
          value: { rows: [(parent ?? 0) + 1], start: 0, matching: 1, total: 1 },
        }),
      keyOf: () => "n",
      expandable: () => true,
    };
    const model = new TreeModel(source);
    await model.reveal(Array.from({ length: 2_000 }, (_, i) => i + 1));
    expect(model.items).toHaveLength(2_000);
    expect(model.items.at(-1)?.level).toBe(2_000);
  });
});
