import type { Suspect, SuspectReport, Verdict as VerdictData } from "../../engine/protocol";
import { definition } from "../../lib/glossary";
import { href, OUTSIDE } from "../../state/route";
import { PathChain } from "../PathChain";
import { Phrases } from "../Phrases";
import { FailedThread } from "./FailedThread";
import { Remedies } from "./Remedies";
import "./Verdict.css";

/** The answer: one sentence, its proof, the chain, what to do. */
export function Verdict({
  verdict,
  report,
}: {
  verdict: VerdictData | null;
  report: SuspectReport | null;
}) {
  const first = verdict?.finding === "suspected" ? report?.suspects[0] : undefined;
  const path = verdict?.path ?? first?.path;
  return (
    <>
      <Headline verdict={verdict} first={first} />
      {verdict !== null && (
        <>
          <p class="story">
            {verdict.story.map((sentence, i) => (
              <span key={i}>
                <Phrases of={sentence} />{" "}
              </span>
            ))}
            <span class="confidence" title={definition("confidence")}>
              {CONFIDENCE[verdict.confidence]}: <Phrases of={verdict.because} />.
            </span>
          </p>
          {path !== null && path !== undefined && <PathChain path={path} />}
          {(verdict.finding === "outside" || verdict.finding === "classes") && (
            <p>
              <a href={href(OUTSIDE)}>What lies outside the heap, and who owns it</a>
            </p>
          )}
          <Remedies verdict={verdict} />
          {verdict.failedThread !== null && <FailedThread failed={verdict.failedThread} />}
        </>
      )}
    </>
  );
}

const CONFIDENCE = {
  high: "High confidence",
  moderate: "Moderate confidence",
  low: "Low confidence",
} as const satisfies Record<VerdictData["confidence"], string>;

/** One heading from the start, so that the focus it got on arrival stays when the answer comes. */
function Headline({ verdict, first }: { verdict: VerdictData | null; first: Suspect | undefined }) {
  return (
    <h1 tabIndex={-1} class={verdict === null ? "headline-place" : ""} aria-busy={verdict === null}>
      {verdict === null ? (
        <span class="visually-hidden">Overview</span>
      ) : first === undefined ? (
        <Phrases of={verdict.headline} />
      ) : (
        <Phrases of={verdict.headline} holder={first.holder} culprit={first.object} />
      )}
    </h1>
  );
}
