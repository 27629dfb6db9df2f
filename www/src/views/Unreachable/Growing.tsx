import { WorkBar } from "../../components/WorkBar";
import type { ForestPhase, ForestProgress } from "../../engine/protocol";
import { stopForest } from "../../state/forest";

const LABELS: Record<ForestPhase, string> = {
  collect: "Finding unreachable objects",
  connect: "Reading the references between them",
  roots: "Choosing where the trees begin",
  dominators: "Finding out who holds what",
  retained: "Adding up retained sizes",
  classes: "Adding up classes",
};

/** How far the forest is, and the way out. */
export function Growing({ progress: now }: { progress: ForestProgress | null }) {
  return (
    <WorkBar
      of="Forest of unreachable objects"
      doing={now === null ? "Beginning" : LABELS[now.phase]}
      share={now === null ? 0 : shareOf(now)}
      onCancel={() => void stopForest()}
    />
  );
}

/** Phases count alike. */
function shareOf({ step, steps, done, total }: ForestProgress): number {
  return Math.min(1, (step - 1 + done / total) / steps);
}
