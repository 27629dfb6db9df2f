import { hotkeyLabel, useHotkey } from "../lib/hotkeys";
import "./WorkBar.css";

export interface WorkBarProps {
  /** What is being worked out, for assistive technology. */
  of: string;
  /** What is being done about it now. */
  doing: string;
  /** 0 to 1. */
  share: number;
  onCancel: () => void;
}

/** Escape stops the work, unless a dialog is open: what is on top closes first. */
export function useCancelKey(onCancel: () => void): void {
  useHotkey("close", () => {
    if (document.querySelector("dialog[open]") !== null) return false;
    onCancel();
    return true;
  });
}

/** How far a long piece of work is, and the way out. */
export function WorkBar({ of, doing, share, onCancel }: WorkBarProps) {
  const percent = Math.floor(share * 100);
  useCancelKey(onCancel);
  return (
    <div class="work">
      <div
        class="work-bar"
        role="progressbar"
        aria-label={of}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        aria-valuetext={`${doing}, ${percent} %`}
      >
        <i style={{ transform: `scaleX(${share.toFixed(4)})` }} />
      </div>
      <div class="work-line">
        <span class="strong num">{percent} %</span>
        <span class="soft" role="status">
          {doing}
        </span>
        <button type="button" class="button" onClick={onCancel}>
          Cancel <kbd>{hotkeyLabel("close")}</kbd>
        </button>
      </div>
    </div>
  );
}
