import { describe, expect, it } from "vitest";
import { nextByName, TypeAhead } from "./TreeTableTypeAhead";

const NAMES = [
  "java.util.HashMap @ 0x1",
  "class app.Cache",
  "app.Holder",
  null,
  "java.util.HashSet @ 0x2",
];

describe("type-ahead", () => {
  it("goes to the next name that begins so, with or without its package, and round the end", () => {
    expect(nextByName(NAMES, 0, "h")).toBe(2);
    expect(nextByName(NAMES, 2, "H")).toBe(4);
    expect(nextByName(NAMES, 4, "h")).toBe(0);
    expect(nextByName(NAMES, -1, "a")).toBe(1);
    expect(nextByName(NAMES, 0, "j")).toBe(4);
  });

  it("stays on a name that still fits as more is typed", () => {
    expect(nextByName(NAMES, 0, "hashm")).toBe(0);
    expect(nextByName(NAMES, 0, "hashs")).toBe(4);
    expect(nextByName(NAMES, 0, "x")).toBe(-1);
  });

  it("joins letters that follow each other quickly; the same letter again means the next one", () => {
    const typed = new TypeAhead();
    expect(typed.add("H", 0)).toBe("H");
    expect(typed.add("a", 300)).toBe("Ha");
    expect(typed.add("b", 2_000)).toBe("b");
    expect(typed.add("b", 2_100)).toBe("b");
  });
});
