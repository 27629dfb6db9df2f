import { describe, expect, it } from "vitest";
import { classSet, objectSet, requestParts, requestText, rowSet } from "../../lib/request";
import { combine, type How, withRetained } from "./combination";

const ONE = { set: classSet(1), label: "instances of A" };
const OTHER = { set: objectSet("0x10"), label: "B @ 0x10" };

describe("a set and the remembered one", () => {
  it.each<[How, string, string]>([
    ["alone", "class:1", "instances of A"],
    ["either", "union:(class:1,object:0x10)", "(instances of A) or (B @ 0x10)"],
    ["both", "intersection:(class:1,object:0x10)", "(instances of A) that are also (B @ 0x10)"],
    ["without", "difference:(class:1,object:0x10)", "(instances of A) without (B @ 0x10)"],
    ["missing", "difference:(object:0x10,class:1)", "(B @ 0x10) without (instances of A)"],
  ])("%s", (how, set, label) => expect(combine(ONE, OTHER, how)).toEqual({ set, label }));

  it("is the set alone where nothing is remembered", () =>
    expect(combine(ONE, null, "either")).toBe(ONE));

  it("takes along what would go with both", () =>
    expect(withRetained(combine(ONE, OTHER, "either")).set).toBe(
      "retained:union:(class:1,object:0x10)",
    ));

  it("stays apart from commas and parentheses that somebody typed into an address", () => {
    const row = { set: rowSet("find-strings?text=a,(b", 3), label: "a text" };
    const { set } = combine(row, ONE, "either");
    expect(set).toBe("union:(row:3:find-strings?text=a%2C%28b,class:1)");
    const parts = { name: "objects", of: set, arguments: {} };
    expect(requestParts(requestText(parts))).toEqual(parts);
  });
});
