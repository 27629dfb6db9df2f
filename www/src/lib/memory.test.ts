import { describe, expect, it } from "vitest";
import { LEAST_MEMORY, memoryOf, parseMemory } from "./memory";

describe("a limit of memory", () => {
  it.each([
    ["67108864", 67_108_864],
    ["64M", 67_108_864],
    ["64MiB", 67_108_864],
    [" 64 mb ", 67_108_864],
    ["1.5G", 1_610_612_736],
    ["100000K", 102_400_000],
    ["17000000B", 17_000_000],
  ])("%s", (text, bytes) => expect(parseMemory(text)).toBe(bytes));

  it.each(["", "much", "-1", "64X", "64MM", "1e9", "64 M x"])("%j is none", (text) =>
    expect(parseMemory(text)).toBeNull(),
  );

  it("is never too small to read anything", () => expect(parseMemory("1")).toBe(LEAST_MEMORY));

  it("comes from the address", () => {
    expect(memoryOf("?memory=1G&x=1")).toBe(2 ** 30);
    expect(memoryOf("?memory=nonsense")).toBeUndefined();
    expect(memoryOf("")).toBeUndefined();
  });
});
