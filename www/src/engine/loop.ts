/** Runs long work in steps and lets other messages of the worker in between. */
import type { Progress } from "./protocol";
import { ReadAhead } from "./read-ahead";
import type { RustSession } from "./session-api";

/** How often the page hears of progress. */
export const REPORT_EVERY_MS = 80;

/** Steps until the load of `file` is done. Answers false when `stopped` said so. */
export async function runLoad(
  session: Pick<RustSession, "step" | "wanted">,
  file: Blob,
  stopped: () => boolean,
  report: (progress: Progress) => void,
  now?: () => number,
): Promise<boolean> {
  const ahead = new ReadAhead(file);
  const step = async () => {
    const bytes = await ahead.next(session);
    // Meanwhile the session may have been given back.
    return stopped() ? null : session.step(bytes);
  };
  return (await runSteps(step, stopped, report, now)) !== null;
}

/**
 * Steps until the work is done and answers its last step; null when `stopped`, or a step, said so. Between two steps the message
 * queue gets its turn, so that a question about the histogram or a cancel need not wait for the end.
 */
export async function runSteps<S extends { done: boolean; progress: { phase: string } }>(
  step: () => S | Promise<S | null>,
  stopped: () => boolean,
  report: (progress: S["progress"]) => void,
  now: () => number = () => performance.now(),
): Promise<S | null> {
  let reported = Number.NEGATIVE_INFINITY;
  let phase = "";
  for (;;) {
    if (stopped()) return null;
    const last = await step();
    if (last === null) return null;
    const { done, progress } = last;
    const time = now();
    if (done || progress.phase !== phase || time - reported >= REPORT_EVERY_MS) {
      reported = time;
      phase = progress.phase;
      report(progress);
    }
    if (done) return last;
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
