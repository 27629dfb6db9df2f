import { useEffect } from "preact/hooks";
import { Icicle } from "../../components/Icicle/Icicle";
import { SaveReportButton } from "../../components/SaveReport/SaveReport";
import { ErrorPanel } from "../../components/States";
import { Verdict } from "../../components/Verdict/Verdict";
import type { SuspectReport } from "../../engine/protocol";
import { engine, facts, select, selection, useAnswer } from "../../state/session";
import { accuses } from "../../state/verdict";
import { DumpCard } from "./DumpCard";
import { LargestClasses } from "./LargestClasses";
import { OtherSuspects } from "./OtherSuspects";
import { DumpChooser, Warnings } from "./Warnings";
import "./Overview.css";

/** The first screen after a load: the answer as a sentence, its proof, then where the memory is. */
export function Overview() {
  const { value: report, error } = useAnswer((engine) => engine.suspects(), []);
  const { value: verdict, error: noVerdict } = useAnswer((engine) => engine.verdict(), []);
  const known = facts.value;
  useFirstSelection(report);
  if (known === null) return null;
  return (
    <div class="overview">
      <DumpChooser facts={known} />
      <Warnings facts={known} />
      {error !== null && <ErrorPanel error={error} />}
      {error === null && noVerdict !== null && <ErrorPanel error={noVerdict} />}
      <Verdict verdict={verdict} report={report} />
      <p>
        <SaveReportButton />
      </p>
      {report !== null && verdict?.finding === "suspected" && (
        <OtherSuspects report={report} usedHeap={known.usedHeap} />
      )}
      <Icicle usedHeap={known.usedHeap} calm={!accuses(verdict)} />
      <div class="overview-columns">
        <LargestClasses report={accuses(verdict) ? report : null} />
        <DumpCard facts={known} />
      </div>
    </div>
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
