/** Shows a view once what it needs is worked out; until then how far that is, and the way out. */
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import type { SurveyTopic } from "../engine/protocol";
import { ready } from "../state/session";
import { makeSurvey, stopSurveys, survey } from "../state/surveys";
import { EmptyState, ErrorPanel } from "./States";
import { WorkBar } from "./WorkBar";

const LABELS: Record<SurveyTopic, string> = {
  threads: "Reading threads and stacks",
  loaders: "Adding up what class loaders hold",
  outside: "Looking for what lies outside the heap",
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
        <WorkBar
          of={LABELS[topic]}
          doing={LABELS[topic]}
          share={progress === null ? 0 : Math.min(1, progress.done / progress.total)}
          onCancel={() => void stopSurveys()}
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
