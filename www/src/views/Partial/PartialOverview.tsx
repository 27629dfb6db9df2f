import { PART_LABELS, shortageText, WaysOn } from "../../components/Incomplete";
import { RouteLink } from "../../components/RouteLink";
import type { DumpFacts, Incomplete, Part } from "../../engine/protocol";
import { DOMINATORS, HISTOGRAM, type Route } from "../../state/route";
import { DumpCard } from "../Overview/DumpCard";
import { DumpChooser, Warnings } from "../Overview/Warnings";
import "../Overview/Overview.css";

interface Line {
  what: string;
  part: Part | null;
  to?: Route;
}

/** What a dump can be asked, and the part of the analysis that each needs. */
const LINES: readonly Line[] = [
  { what: "class histogram with shallow sizes", part: null, to: HISTOGRAM },
  { what: "objects of a class, their fields, texts and elements", part: null, to: HISTOGRAM },
  { what: PART_LABELS.references, part: "references" },
  { what: PART_LABELS.dominators, part: "dominators", to: DOMINATORS },
  { what: PART_LABELS.classRetained, part: "classRetained", to: HISTOGRAM },
  { what: PART_LABELS.paths, part: "paths" },
  { what: PART_LABELS.suspects, part: "suspects" },
];

/** The overview of a dump for whose whole analysis memory did not suffice: what is there, what is not, and why. */
export function PartialOverview({
  facts,
  incomplete,
}: {
  facts: DumpFacts;
  incomplete: Incomplete;
}) {
  return (
    <div class="overview">
      <DumpChooser facts={facts} />
      <Warnings facts={facts} />
      <h1 tabIndex={-1}>Memory sufficed for a part of the analysis</h1>
      <p>{shortageText(incomplete)}</p>
      <WaysOn incomplete={incomplete} />
      <table class="partial-parts">
        <caption class="visually-hidden">What is there and what is missing</caption>
        <tbody>
          {LINES.map((line) => (
            <tr key={line.what}>
              <th scope="row">
                <Answer line={line} missing={isMissing(line, incomplete)} />
              </th>
              <td class={isMissing(line, incomplete) ? "hot" : "soft"}>
                {isMissing(line, incomplete) ? "missing" : "there"}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <DumpCard facts={facts} />
      {incomplete.missing.includes("dominators") && incomplete.phase !== "retained" && (
        <p class="soft">
          Counts and sizes take in unreachable objects: which these are, the dominators would tell.
        </p>
      )}
    </div>
  );
}

function isMissing(line: Line, incomplete: Incomplete): boolean {
  return line.part !== null && incomplete.missing.includes(line.part);
}

function Answer({ line, missing }: { line: Line; missing: boolean }) {
  const { to } = line;
  if (to === undefined || missing) return <>{line.what}</>;
  return <RouteLink to={to}>{line.what}</RouteLink>;
}
