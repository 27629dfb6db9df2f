// @vitest-environment node
import { describe, expect, it } from "vitest";
import { cargoCounts, playwrightCounts, vitestCounts } from "./test-counts.mjs";

describe("the sum of the tests", () => {
  it("adds up all test programs of cargo", () => {
    const output = [
      "running 3 tests",
      "test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0s",
      "test result: FAILED. 4 passed; 5 failed; 0 ignored; 0 measured; 0 filtered out",
    ].join("\n");
    expect(cargoCounts(output)).toEqual({ passed: 6, failed: 5, skipped: 1 });
  });

  it("is not misled by a test that prints such a line", () => {
    const output = "  test result: ok. 9 passed; 0 failed; 0 ignored;";
    expect(cargoCounts(output)).toEqual({ passed: 0, failed: 0, skipped: 0 });
  });

  it("counts a browser test that passed only when repeated as failed", () => {
    const stats = { expected: 3, unexpected: 1, flaky: 1, skipped: 2 };
    expect(playwrightCounts({ stats })).toEqual({ passed: 3, failed: 2, skipped: 2 });
  });

  it("is nothing when a tool left no report", () => {
    expect(vitestCounts(null)).toEqual({ passed: 0, failed: 0, skipped: 0 });
    expect(playwrightCounts(null)).toEqual({ passed: 0, failed: 0, skipped: 0 });
  });
});
