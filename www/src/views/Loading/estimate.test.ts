import { describe, expect, it } from "vitest";
import type { PhaseName, Progress } from "../../engine/protocol";
import { PHASES } from "../../state/phases";
import { Meter, overall } from "./estimate";

const at = (phase: PhaseName, done: number, total = 100): Progress => ({
  phase,
  step: PHASES.indexOf(phase) + 1,
  steps: 8,
  done,
  total,
  unit: "bytes",
  bytesRead: 0,
  fileBytes: 0,
  objects: 0,
  classes: 0,
  engineBytes: 0,
  histogramReady: false,
});

describe("overall", () => {
  it("starts at nothing, ends at all, never goes back", () => {
    let last = 0;
    for (const phase of PHASES) {
      for (let done = 0; done <= 100; done += 10) {
        const share = overall(at(phase, done));
        expect(share).toBeGreaterThanOrEqual(last);
        last = share;
      }
    }
    expect(overall(at("scan", 0))).toBe(0);
    expect(last).toBe(1);
  });

  it("copes with a phase that has nothing to do, or more than expected", () => {
    expect(overall(at("index", 0, 0))).toBe(overall(at("index", 0)));
    expect(overall(at("suspects", 300, 100))).toBe(1);
  });
});

describe("Meter", () => {
  it("says nothing too early", () => {
    expect(new Meter(0).pace(at("scan", 1), 100)).toEqual({ rate: null, secondsLeft: null });
  });

  it("tells rate in the phase and time left in all", () => {
    const meter = new Meter(0);
    meter.pace(at("scan", 0), 0);
    const { rate, secondsLeft } = meter.pace(at("scan", 50), 2000);
    expect(rate).toBe(25);
    const share = overall(at("scan", 50));
    expect(secondsLeft).toBeCloseTo((2 * (1 - share)) / share);
  });

  it("measures each phase from its own start", () => {
    const meter = new Meter(0);
    meter.pace(at("scan", 100), 1000);
    meter.pace(at("link", 10), 1000);
    expect(meter.pace(at("link", 30), 3000).rate).toBe(10);
  });
});
