import { helpOpen } from "../../components/Help";
import { paletteOpen } from "../../components/Palette/Palette";
import type { ForestPhase, ForestProgress } from "../../engine/protocol";
import { hotkeyLabel, useHotkey } from "../../lib/hotkeys";
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
  const label = now === null ? "Beginning" : LABELS[now.phase];
  const share = now === null ? 0 : shareOf(now);
  const percent = Math.floor(share * 100);
  useHotkey("close", () => {
    if (helpOpen.value || paletteOpen.value) return false;
    void stopForest();
    return true;
  });
  return (
    <div class="dead-work">
      <div
        class="dead-bar"
        role="progressbar"
        aria-label="Forest of unreachable objects"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        aria-valuetext={`${label}, ${percent} %`}
      >
        <i style={{ transform: `scaleX(${share.toFixed(4)})` }} />
      </div>
      <div class="dead-line">
        <span class="strong num">{percent} %</span>
        <span class="soft" role="status">
          {label}
        </span>
        <button type="button" class="button" onClick={() => void stopForest()}>
          Cancel <kbd>{hotkeyLabel("close")}</kbd>
        </button>
      </div>
    </div>
  );
}

/** Phases count alike. */
function shareOf({ step, steps, done, total }: ForestProgress): number {
  return Math.min(1, (step - 1 + done / total) / steps);
}
