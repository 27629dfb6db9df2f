import type { KnownLeak, Verdict } from "../../engine/protocol";
import { definition } from "../../lib/glossary";
import { Phrases } from "../Phrases";
import { versionText } from "./versionText";

/** What to do: by the known leaks that explain the finding, else by the kind of what piled up. */
export function Remedies({ verdict }: { verdict: Verdict }) {
  const { knownLeaks, remedy, finding } = verdict;
  if (remedy === null && knownLeaks.length === 0) return null;
  const explains = (known: KnownLeak) =>
    finding !== "suspected" || known.suspect === 1 || knownLeaks.length === 1;
  const sure = knownLeaks.filter((known) => explains(known) && known.certainty !== "possible");
  // What is not about a suspect explains the finding less and less: the first screen has room for two.
  const main = finding === "suspected" ? sure : sure.slice(0, CARDS - (remedy === null ? 0 : 1));
  const others = knownLeaks.filter((known) => !main.includes(known));
  return (
    <section class="remedies" aria-label="What to do">
      {remedy !== null && (
        <p class="remedy">
          <b>What to do.</b> <Phrases of={remedy} />
        </p>
      )}
      {main.map((known, i) => (
        <Known key={known.id} known={known} lead={remedy === null && i === 0} />
      ))}
      {others.length > 0 && (
        <details class="known-others">
          <summary>Also known: {others.map((known) => known.title).join("; ")}</summary>
          {others.map((known) => (
            <Known key={known.id} known={known} lead={false} />
          ))}
        </details>
      )}
    </section>
  );
}

/** Advice that is not folded away, where no suspect is accused. */
const CARDS = 2;

/** Options of the JVM, which a person copies. */
const OPTION = /(-(?:XX:|X|D)[\w.:+=-]*\w)/;

/** A text with the options in it as code. */
function Advice({ text }: { text: string }) {
  return (
    <>{text.split(OPTION).map((part, i) => (i % 2 === 1 ? <code key={i}>{part}</code> : part))}</>
  );
}

const CERTAINTY = {
  certain: "Known leak",
  likely: "Known leak, likely",
  possible: "Possible cause",
} as const satisfies Record<KnownLeak["certainty"], string>;

function Known({ known, lead }: { known: KnownLeak; lead: boolean }) {
  const versions = versionText(known.versions, known.fixedIn);
  return (
    <article class="remedy">
      <p>
        {lead && <b>What to do. </b>}
        <Advice text={known.remedy} />
      </p>
      <p class="known-evidence">
        <b title={definition("knownLeak")}>{CERTAINTY[known.certainty]}:</b> {known.title}.{" "}
        {known.evidence.map((sentence, i) => (
          <span key={i}>
            <Phrases of={sentence} />{" "}
          </span>
        ))}
        {versions !== "" && <span class="known-versions">{versions}.</span>}
      </p>
      <details>
        <summary>Why, and where it is written down</summary>
        <p>{known.explanation}</p>
        <ul>
          {known.sources.map((source) => (
            <li key={source}>{source}</li>
          ))}
        </ul>
      </details>
    </article>
  );
}
