/** Runs a load in steps and lets other messages of the worker in between. */
import type { Progress } from "./protocol";
import type { RustSession } from "./session-api";

/** How often the page hears of progress. */
export const REPORT_EVERY_MS = 80;

/**
 * Steps until the load is done. Answers false when `stopped` said so. Between two steps the message queue gets
 * its turn, so that a question about the histogram or a cancel need not wait for the end.
 */
export async function runLoad(
  session: Pick<RustSession, "step">,
  stopped: () => boolean,
  report: (progress: Progress) => void,
  now: () => number = () => performance.now(),
): Promise<boolean> {
  let reported = Number.NEGATIVE_INFINITY;
  let phase = "";
  for (;;) {
    if (stopped()) return false;
    const { done, progress } = session.step();
    const time = now();
    if (done || progress.phase !== phase || time - reported >= REPORT_EVERY_MS) {
      reported = time;
      phase = progress.phase;
      report(progress);
    }
    if (done) return true;
    await nextTask();
  }
}

/** One channel for all turns; a timer would cost 4 ms each after the fifth. */
const waiting: (() => void)[] = [];
let channel: MessageChannel | null = null;

/** Resolves after the messages that wait now were handled. */
export function nextTask(): Promise<void> {
  if (channel === null) {
    channel = new MessageChannel();
    channel.port1.onmessage = () => waiting.shift()?.();
  }
  const { port2 } = channel;
  return new Promise((resolve) => {
    waiting.push(resolve);
    port2.postMessage(null);
  });
}
