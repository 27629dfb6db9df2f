import { BarCell } from "../../components/BarCell";
import { CopyLink } from "../../components/Copy";
import { Share, Size } from "../../components/Figures";
import { Phrases } from "../../components/Phrases";
import { RouteLink } from "../../components/RouteLink";
import type { Suspect, SuspectReport } from "../../engine/protocol";
import { formatShare } from "../../lib/format";
import { facts } from "../../state/session";
import { suspectMarkdown } from "../Suspects/suspectText";

/** The suspects after the first, one sentence each, and what no suspect holds. */
export function OtherSuspects({ report, usedHeap }: { report: SuspectReport; usedHeap: number }) {
  const others = report.suspects.slice(1);
  if (report.suspects.length === 0) return null;
  return (
    <section class="others" aria-labelledby="others">
      <h2 id="others">{others.length === 0 ? "The rest" : "Also suspected"}</h2>
      {others.length > 0 && (
        <ul>
          {others.map((suspect) => (
            <Other key={suspect.rank} suspect={suspect} />
          ))}
        </ul>
      )}
      <p class="soft">
        <RouteLink to={{ view: "suspects", rank: 1 }}>How we know</RouteLink> ·{" "}
        <CopyLink
          text={() =>
            report.suspects.map((suspect) => suspectMarkdown(suspect, facts.value)).join("\n\n")
          }
          said="Copied as Markdown"
        >
          Copy for a ticket
        </CopyLink>{" "}
        · no suspect holds the remaining <Size bytes={report.remainder} />,{" "}
        <Share part={report.remainder} whole={usedHeap} />.
      </p>
    </section>
  );
}

function Other({ suspect }: { suspect: Suspect }) {
  return (
    <li>
      <BarCell share={suspect.share} hot>
        {formatShare(suspect.share)}
      </BarCell>
      <span class="in-text">
        <Phrases of={suspect.headline} holder={suspect.holder} culprit={suspect.object} />{" "}
        <RouteLink to={{ view: "suspects", rank: suspect.rank }}>More</RouteLink>
      </span>
    </li>
  );
}
