import { useEffect } from "preact/hooks";
import { Icicle } from "../../components/Icicle/Icicle";
import { SaveReportButton } from "../../components/SaveReport/SaveReport";
import { ErrorPanel } from "../../components/States";
import { Verdict } from "../../components/Verdict/Verdict";
import type {
  ClassRef,
  ObjectRow,
  Suspect,
  SuspectReport,
  Verdict as VerdictData,
} from "../../engine/protocol";
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
  useFirstSelection(report, verdict, noVerdict !== null);
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
      <Icicle
        usedHeap={known.usedHeap}
        calm={!accuses(verdict) && (verdict?.subject ?? null) === null}
      />
      <div class="overview-columns">
        <LargestClasses report={accuses(verdict) ? report : null} />
        <DumpCard facts={known} />
      </div>
    </div>
  );
}

/** On arrival the right pane shows what the headline talks about. */
function useFirstSelection(
  report: SuspectReport | null,
  verdict: VerdictData | null,
  withoutVerdict: boolean,
): void {
  const isKnown = report !== null && (verdict !== null || withoutVerdict);
  useEffect(() => {
    if (!isKnown || selection.value !== null) return;
    const first = verdict?.subject ?? firstOf(report?.suspects[0]);
    if (first) select(first);
    else void selectLargest();
  }, [isKnown]);
}

/** What a suspect is about: where it piles up, else itself, else the largest of a group, else its class. */
function firstOf(suspect: Suspect | undefined): ObjectRow | ClassRef | undefined {
  if (suspect === undefined) return undefined;
  return suspect.accumulation ?? suspect.object ?? suspect.biggest[0] ?? suspect.class;
}

/** Where nothing is suspected, the largest object is the natural first look. */
async function selectLargest(): Promise<void> {
  const answer = await engine().dominated(null, 0, 1);
  const largest = answer.ok ? answer.value.rows[0] : undefined;
  if (largest && selection.value === null) select(largest);
}
