import { useEffect } from "preact/hooks";
import { Icicle } from "../../components/Icicle/Icicle";
import { PathChain } from "../../components/PathChain";
import { Phrases } from "../../components/Phrases";
import { ErrorPanel } from "../../components/States";
import type { SuspectReport } from "../../engine/protocol";
import { engine, facts, select, selection, useAnswer } from "../../state/session";
import { DumpCard } from "./DumpCard";
import { LargestClasses } from "./LargestClasses";
import { OtherSuspects } from "./OtherSuspects";
import { DumpChooser, Warnings } from "./Warnings";
import "./Overview.css";

/** The first screen after a load: the answer as a sentence, its proof, then where the memory is. */
export function Overview() {
  const { value: report, error } = useAnswer((engine) => engine.suspects(), []);
  const known = facts.value;
  useFirstSelection(report);
  if (known === null) return null;
  return (
    <div class="overview">
      <DumpChooser facts={known} />
      <Warnings facts={known} />
      {error !== null && <ErrorPanel error={error} />}
      <Headline report={report} />
      {report !== null && <OtherSuspects report={report} usedHeap={known.usedHeap} />}
      <Icicle usedHeap={known.usedHeap} />
      <div class="overview-columns">
        <LargestClasses report={report} />
        <DumpCard facts={known} />
      </div>
    </div>
  );
}

/** One heading from the start, so that the focus it got on arrival stays when the answer comes. */
function Headline({ report }: { report: SuspectReport | null }) {
  const first = report?.suspects[0];
  return (
    <>
      <h1 tabIndex={-1} class={report === null ? "headline-place" : ""} aria-busy={report === null}>
        {report === null ? (
          <span class="visually-hidden">Overview</span>
        ) : first === undefined ? (
          <Phrases of={report.headline} />
        ) : (
          <Phrases of={first.headline} holder={first.holder} culprit={first.object} />
        )}
      </h1>
      {first !== undefined && first.story.length > 0 && (
        <p class="story">
          {first.story.map((sentence, i) => (
            <span key={i}>
              <Phrases of={sentence} />{" "}
            </span>
          ))}
        </p>
      )}
      {first !== undefined && <PathChain path={first.path} />}
    </>
  );
}

/** On arrival the right pane shows what the headline talks about. */
function useFirstSelection(report: SuspectReport | null): void {
  const first = report?.suspects[0];
  useEffect(() => {
    if (report === null || selection.value !== null) return;
    if (first) select(first.accumulation ?? first.object ?? first.biggest[0] ?? first.class);
    else void selectLargest();
  }, [report]);
}

/** Where nothing is suspected, the largest object is the natural first look. */
async function selectLargest(): Promise<void> {
  const answer = await engine().dominated(null, 0, 1);
  const largest = answer.ok ? answer.value.rows[0] : undefined;
  if (largest && selection.value === null) select(largest);
}
