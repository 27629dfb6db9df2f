/** How far a load is and how long it may still take. Pure. */
import type { PhaseName, Progress } from "../../engine/protocol";
import { PHASES } from "../../state/phases";

/** Typical part of the whole time that a phase takes. */
const WEIGHTS: Record<PhaseName, number> = {
  scan: 34,
  index: 3,
  link: 30,
  dominators: 22,
  retained: 4,
  classes: 2,
  paths: 4,
  suspects: 1,
};
const ALL = PHASES.reduce((sum, phase) => sum + WEIGHTS[phase], 0);

/** Part of the current phase that is done, 0..1. */
export function phaseShare({ done, total }: Progress): number {
  return total > 0 ? Math.min(1, done / total) : 0;
}

/** Part of the whole load that is done, 0..1; an estimate. */
export function overall(progress: Progress): number {
  let before = 0;
  for (const phase of PHASES) {
    if (phase === progress.phase) return (before + WEIGHTS[phase] * phaseShare(progress)) / ALL;
    before += WEIGHTS[phase];
  }
  return 0;
}

/** Work of the current phase per second, and the time that the whole load may still take. */
export interface Pace {
  /** In the unit of the phase, per second; null until it can be told. */
  rate: number | null;
  secondsLeft: number | null;
}

/** Too early to say anything before this. */
const MEANINGFUL_SECONDS = 1;

/** Remembers when what was done, and tells the pace. */
export class Meter {
  private readonly started: number;
  private phaseStart: { phase: PhaseName; at: number; done: number } | null = null;

  constructor(now: number) {
    this.started = now;
  }

  /** `now` in milliseconds, from the same clock as the constructor's. */
  pace(progress: Progress, now: number): Pace {
    if (this.phaseStart?.phase !== progress.phase) {
      this.phaseStart = { phase: progress.phase, at: now, done: progress.done };
    }
    const inPhase = (now - this.phaseStart.at) / 1000;
    const rate = inPhase >= 0.25 ? (progress.done - this.phaseStart.done) / inPhase : null;
    const elapsed = (now - this.started) / 1000;
    const share = overall(progress);
    const secondsLeft =
      elapsed >= MEANINGFUL_SECONDS && share > 0.02 ? (elapsed * (1 - share)) / share : null;
    return { rate, secondsLeft };
  }
}
