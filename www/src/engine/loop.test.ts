import { describe, expect, it } from "vitest";
import { nextTask, REPORT_EVERY_MS, runLoad } from "./loop";
import type { PhaseName, Progress } from "./protocol";

const at = (phase: PhaseName, done: number): Progress => ({
  phase,
  step: 1,
  steps: 8,
  done,
  total: 100,
  unit: "bytes",
  bytesRead: done,
  fileBytes: 100,
  objects: 0,
  classes: 0,
  engineBytes: 0,
  histogramReady: false,
});

function session(steps: Progress[]) {
  let i = 0;
  return {
    taken: () => i,
    wanted: () => [],
    step: () => {
      const progress = steps[i++] as Progress;
      return { done: i === steps.length, progress };
    },
  };
}

describe("runLoad", () => {
  it("takes every step and reports at most every 80 ms, but each new phase and the end", async () => {
    const steps = [
      ...Array.from({ length: 50 }, (_, i) => at("scan", i)),
      at("index", 0),
      at("index", 1),
    ];
    const reports: Progress[] = [];
    let clock = 0;
    expect(
      await runLoad(
        session(steps),
        new Blob(),
        () => false,
        (p) => reports.push(p),
        () => (clock += 20),
      ),
    ).toBe(true);
    const scans = reports.filter((p) => p.phase === "scan");
    expect(scans.length).toBe(Math.ceil((50 * 20) / REPORT_EVERY_MS));
    expect(reports.slice(-2)).toEqual(steps.slice(-2));
  });

  it("stops between two steps", async () => {
    const running = session(Array.from({ length: 100 }, (_, i) => at("scan", i)));
    expect(
      await runLoad(
        running,
        new Blob(),
        () => running.taken() === 3,
        () => {},
      ),
    ).toBe(false);
    expect(running.taken()).toBe(3);
  });

  it("lets waiting messages in between steps", async () => {
    // Node hands out up to a thousand messages of one port before it looks at the next; browsers one.
    const running = session(Array.from({ length: 10_000 }, (_, i) => at("scan", i)));
    const { port1, port2 } = new MessageChannel();
    const heard = new Promise<number>((resolve) => {
      port1.onmessage = () => resolve(running.taken());
    });
    port2.postMessage("cancel");
    await runLoad(
      running,
      new Blob(),
      () => false,
      () => {},
    );
    expect(await heard).toBeLessThan(10_000);
    port1.close();
  });

  it("passes on what a step throws", async () => {
    const broken = {
      wanted: () => [],
      step: () => {
        throw new Error("trap");
      },
    };
    await expect(
      runLoad(
        broken,
        new Blob(),
        () => false,
        () => {},
      ),
    ).rejects.toThrow("trap");
  });
});

describe("nextTask", () => {
  it("resolves in the order of asking", async () => {
    const order: number[] = [];
    await Promise.all([1, 2, 3].map((n) => nextTask().then(() => order.push(n))));
    expect(order).toEqual([1, 2, 3]);
  });
});
