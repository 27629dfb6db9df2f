import { describe, expect, it } from "vitest";
import { elementType, objectElements, valueLines, valuesPerLine } from "./elementRows";

describe("elements of object arrays", () => {
  it("tell nothing from something that the dump does not hold", () => {
    const dangling = [{ index: 11, address: "0xdead" }];
    const page = { start: 10, total: 12, objects: [null, null], dangling, primitives: null };
    expect(objectElements(page).map((element) => element.dangling)).toEqual([null, "0xdead"]);
  });
});

describe("elements of primitive arrays", () => {
  it("are cut into lines that know their index", () => {
    const values = Array.from({ length: 20 }, (_, i) => String(i));
    const page = { start: 32, total: 100, objects: null, dangling: [], primitives: values };
    const lines = valueLines(page, 16);
    expect(lines.map((line) => [line.index, line.values.length])).toEqual([
      [32, 16],
      [48, 4],
    ]);
    expect(lines.flatMap((line) => line.values)).toEqual(values);
  });

  it("are as many in a line as their type allows", () => {
    expect(valuesPerLine(elementType("byte[]"))).toBe(16);
    expect(valuesPerLine(elementType("long[]"))).toBe(8);
  });
});
