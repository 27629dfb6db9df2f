/** Shows a view once what it needs is worked out; until then how far that is, and the way out. */
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import type { SurveyTopic } from "../engine/protocol";
import { hotkeyLabel, useHotkey } from "../lib/hotkeys";
import { ready } from "../state/session";
import { makeSurvey, stopSurveys, survey } from "../state/surveys";
import { helpOpen } from "./Help";
import { paletteOpen } from "./Palette/Palette";
import { EmptyState, ErrorPanel } from "./States";
import "./Surveyed.css";

const LABELS: Record<SurveyTopic, string> = {
  threads: "Reading threads and stacks",
  loaders: "Adding up what class loaders hold",
};

export function Surveyed({
  topic,
  children,
}: {
  topic: SurveyTopic;
  children: () => ComponentChildren;
}) {
  const isReady = ready.value;
  const now = survey(topic);
  useEffect(() => {
    if (isReady && now.phase === "notAsked") void makeSurvey(topic);
  }, [isReady, now.phase, topic]);
  switch (now.phase) {
    case "ready":
      return <>{children()}</>;
    case "failed":
      return (
        <ErrorPanel error={now.error}>
          <Again topic={topic} />
        </ErrorPanel>
      );
    case "stopped":
      return (
        <EmptyState title="This was not worked out">
          <p class="soft">It was cancelled. What was done so far is kept.</p>
          <Again topic={topic} />
        </EmptyState>
      );
    default: {
      const progress = now.phase === "working" ? now.progress : null;
      return (
        <Working
          label={LABELS[topic]}
          share={progress === null ? 0 : progress.done / progress.total}
        />
      );
    }
  }
}

function Again({ topic }: { topic: SurveyTopic }) {
  return (
    <button type="button" class="button" onClick={() => void makeSurvey(topic)}>
      Go on
    </button>
  );
}

function Working({ label, share }: { label: string; share: number }) {
  const percent = Math.min(100, Math.floor(share * 100));
  useHotkey("close", () => {
    if (helpOpen.value || paletteOpen.value) return false;
    void stopSurveys();
    return true;
  });
  return (
    <div class="survey-work">
      <div
        class="survey-bar"
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        aria-valuetext={`${label}, ${percent} %`}
      >
        <i style={{ transform: `scaleX(${Math.min(1, share).toFixed(4)})` }} />
      </div>
      <div class="survey-line">
        <span class="strong num">{percent} %</span>
        <span class="soft" role="status">
          {label}
        </span>
        <button type="button" class="button" onClick={() => void stopSurveys()}>
          Cancel <kbd>{hotkeyLabel("close")}</kbd>
        </button>
      </div>
    </div>
  );
}
