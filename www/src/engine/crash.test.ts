import { describe, expect, it } from "vitest";
import { crashError, isExhausted } from "./crash";

const GIB = 2 ** 30;

describe("the end of the engine", () => {
  it.each([
    ["RuntimeError: unreachable", { used: 3.9 * GIB, limit: 4 * GIB, grown: 4 * GIB }, true],
    // Holes between what is in use fill a memory too.
    ["RuntimeError: unreachable", { used: 2.5 * GIB, limit: 4 * GIB, grown: 4 * GIB }, true],
    ["RuntimeError: unreachable", { used: 60e6, limit: 64e6, grown: 70e6 }, true],
    ["RuntimeError: unreachable", { used: 0.2 * GIB, limit: 4 * GIB, grown: 0.3 * GIB }, false],
    ["RuntimeError: unreachable", null, false],
    ["RangeError: Array buffer allocation failed", null, true],
    ["InternalError: out of memory", null, true],
    ["RangeError: WebAssembly.Memory.grow(): Maximum memory size exceeded", null, true],
  ])("%s in %j is for want of memory: %s", (message, memory, expected) =>
    expect(isExhausted(message, memory)).toBe(expected),
  );

  it("says what was in use, what it was doing and what to do", () => {
    const memory = { used: 60e6, limit: 64e6, grown: 70e6 };
    expect(crashError("RuntimeError: unreachable", "dominators", memory)).toMatchObject({
      kind: "crashed",
      phase: "dominators",
      memory: { free: 4e6, limit: 64e6 },
      advice: expect.stringContaining("heapglass DUMP"),
    });
  });

  it("does not blame the memory for a bug", () => {
    const error = crashError("RuntimeError: unreachable");
    expect(error).toMatchObject({ kind: "crashed", advice: expect.stringContaining("bug") });
    expect(error.memory).toBeUndefined();
    expect(error.phase).toBeUndefined();
  });
});
