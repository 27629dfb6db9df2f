import type { Verdict } from "../engine/protocol";

/**
 * Whether the verdict accuses what the heap holds. Where it does not, the suspects are no more than the largest
 * holders, and the page draws them in calm colours. An answer that is not there yet accuses nobody.
 */
export const accuses = (verdict: Verdict | null): boolean =>
  verdict !== null && (verdict.finding === "suspected" || verdict.finding === "classes");
