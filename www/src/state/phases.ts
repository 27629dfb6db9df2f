/** The phases of a load, in order, and what each does in the user's words. */
import type { PhaseName } from "../engine/protocol";

export const PHASES: readonly PhaseName[] = [
  "scan",
  "index",
  "link",
  "dominators",
  "retained",
  "classes",
  "paths",
  "suspects",
];

/** What each phase does, in the user's words. */
export const PHASE_LABELS: Record<PhaseName, string> = {
  scan: "Reading the dump",
  index: "Ordering objects by address",
  link: "Following references",
  dominators: "Computing the dominator tree",
  retained: "Adding up retained sizes",
  classes: "Adding up what each class retains",
  paths: "Finding shortest paths to GC roots",
  suspects: "Looking for suspects",
};
