import { useEffect, useRef, useState } from "preact/hooks";
import type { OnShare } from "../lib/pieces";

export interface SaveButtonProps {
  label: string;
  title?: string;
  class: string;
  disabled?: boolean;
  /** Saves it: says how far that is, and ends early when `stop` answers true. */
  save: (onShare: OnShare, stop: () => boolean) => Promise<void>;
}

/** Saves something long: says how far it is, with the way out beside it. To leave the place is one, too. */
export function SaveButton({ label, title, class: look, disabled, save }: SaveButtonProps) {
  const [share, setShare] = useState<number | null>(null);
  const running = useRef<{ stopped: boolean } | null>(null);
  const stop = () => {
    if (running.current !== null) running.current.stopped = true;
    running.current = null;
    setShare(null);
  };
  useEffect(() => stop, []);
  const run = async () => {
    const mine = { stopped: false };
    running.current = mine;
    setShare(0);
    try {
      await save(
        (done) => mine.stopped || setShare(done),
        () => mine.stopped,
      );
    } finally {
      if (!mine.stopped) stop();
    }
  };
  return (
    <>
      <button
        type="button"
        class={look}
        disabled={disabled === true || share !== null}
        title={title}
        onClick={() => void run()}
      >
        {share === null ? label : `Saving, ${Math.floor(share * 100)} %`}
      </button>
      {share !== null && (
        <button type="button" class="link" onClick={stop}>
          Cancel
        </button>
      )}
    </>
  );
}
