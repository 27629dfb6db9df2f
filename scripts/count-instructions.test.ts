import { describe, expect, it } from "vitest";
import { COUNTER, countInstructions } from "./count-instructions.mjs";

const section = (id: number, ...content: number[]) => [id, content.length, ...content];

/** A module with a global and one exported function `f` from i32 to i32. */
function moduleOf(...code: number[]): Uint8Array {
  const body = [0, ...code, 0x0b];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, 1, 0x60, 1, 0x7f, 1, 0x7f),
    ...section(3, 1, 0),
    ...section(6, 1, 0x7f, 1, 0x41, 0, 0x0b),
    ...section(7, 1, 1, 0x66, 0, 0),
    ...section(10, 1, body.length, ...body),
  ]);
}

/** What the function answers, and how many instructions it took. */
function run(module: Uint8Array, argument: number): { answer: number; instructions: bigint } {
  const compiled = new WebAssembly.Module(countInstructions(module));
  const { exports } = new WebAssembly.Instance(compiled);
  const f = exports["f"] as (n: number) => number;
  const counter = exports[COUNTER] as WebAssembly.Global;
  return { answer: f(argument), instructions: counter.value };
}

describe("a module that counts its instructions", () => {
  it("counts a straight run", () => {
    // local.get 0, i32.const 2, i32.add, end
    expect(run(moduleOf(0x20, 0, 0x41, 2, 0x6a), 40)).toEqual({ answer: 42, instructions: 4n });
  });

  it("counts a loop as often as it runs", () => {
    // loop: local.get 0, i32.const 1, i32.sub, local.tee 0, br_if 0, end; local.get 0, end
    const count = moduleOf(
      ...[0x03, 0x40, 0x20, 0, 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0, 0x0b],
      ...[0x20, 0],
    );
    expect(run(count, 10)).toEqual({ answer: 0, instructions: BigInt(1 + 10 * 5 + 1 + 2) });
  });

  it("counts only the branch that is taken", () => {
    // local.get 0, if (result i32): i32.const 7, else: i32.const 1, i32.const 2, i32.add, end, end
    const choice = moduleOf(...[0x20, 0, 0x04, 0x7f, 0x41, 7, 0x05, 0x41, 1, 0x41, 2, 0x6a, 0x0b]);
    expect(run(choice, 1)).toEqual({ answer: 7, instructions: 5n });
    expect(run(choice, 0)).toEqual({ answer: 3, instructions: 7n });
  });

  it("counts many instructions in one run", () => {
    // 100 times i32.const 1, i32.add: the length of the run takes two bytes
    const added = Array.from({ length: 100 }, () => [0x41, 1, 0x6a]).flat();
    const body = [0, 0x20, 0, ...added, 0x0b];
    const long = moduleOf(0x20, 0);
    const code = [1, 0x80 | (body.length & 0x7f), body.length >> 7, ...body];
    const head = long.subarray(0, long.length - 8);
    const module = Uint8Array.from([
      ...head,
      ...[10, 0x80 | (code.length & 0x7f), code.length >> 7],
      ...code,
    ]);
    expect(run(module, 0)).toEqual({ answer: 100, instructions: 202n });
  });

  it("refuses what it does not know", () => {
    expect(() => countInstructions(moduleOf(0x06))).toThrow("not known");
  });
});
