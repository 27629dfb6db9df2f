import { useEffect, useMemo } from "preact/hooks";
import { CopyLink } from "../../components/Copy";
import { CopyPath } from "../../components/CopyPath";
import { DataTable } from "../../components/DataTable";
import type { Column } from "../../components/DataTableColumns";
import { Count, Share, Size } from "../../components/Figures";
import { ClassLink, ObjectLink } from "../../components/ObjectLink";
import { Phrases } from "../../components/Phrases";
import { EmptyState, ErrorPanel } from "../../components/States";
import type { ObjectRow, Suspect } from "../../engine/protocol";
import { visibleName } from "../../lib/format";
import { definition } from "../../lib/glossary";
import { href, type Route } from "../../state/route";
import { epoch, facts, ready, select, selection, useAnswer } from "../../state/session";
import { accuses } from "../../state/verdict";
import { Fact, FactRow } from "../ObjectView/Facts";
import {
  listSource,
  objectColumn,
  openObject,
  retainedColumn,
  shallowColumn,
} from "../ObjectView/objectColumns";
import { PathChain } from "../ObjectView/PathChain";
import { Section } from "../ObjectView/Section";
import { kindLabel, suspectMarkdown } from "./suspectText";
import "../ObjectView/ObjectView.css";
import "./Suspects.css";

type SuspectsRoute = Extract<Route, { view: "suspects" }>;

/** Every leak suspect in full. */
export function Suspects({ route: { rank } }: { route: SuspectsRoute }) {
  const isReady = ready.value;
  const answer = useAnswer((ask) => (isReady ? ask.suspects() : null), [isReady]);
  const report = answer.value;
  const verdict = useAnswer((ask) => (isReady ? ask.verdict() : null), [isReady]).value;
  const calm = verdict !== null && !accuses(verdict);
  useEffect(() => {
    // The right pane shows what the page speaks of, unless the reader has chosen something.
    const first = report?.suspects.find((suspect) => suspect.rank === (rank ?? 1));
    const pile = first?.accumulation ?? first?.object;
    if (pile && selection.value === null) select(pile);
  }, [report]);
  useEffect(() => {
    if (rank === null || report === null) return;
    const title = document.getElementById(titleId(rank));
    title?.scrollIntoView({ block: "start" });
    title?.focus({ preventScroll: true });
  }, [rank, report]);
  if (answer.error !== null) return <ErrorPanel error={answer.error} />;
  if (!isReady) return <EmptyState title="Suspects are known as soon as the dump has been read." />;
  if (report === null) return answer.pending ? <p class="soft">Looking for suspects…</p> : null;
  if (report.suspects.length === 0) return <Calm />;
  return (
    <div class={calm ? "suspects calm" : "suspects"}>
      {calm && (
        <p class="soft suspects-calm">
          None of these is accused: they are the largest holders of this heap.
        </p>
      )}
      {report.suspects.map((suspect) => (
        <SuspectArticle key={suspect.rank} suspect={suspect} calm={calm} />
      ))}
      <p class="soft suspects-rest">
        <Size bytes={report.remainder} /> (
        <Share part={report.remainder} whole={facts.value?.usedHeap ?? 0} />) of the used heap is
        held by none of them.{" "}
        <a href={href({ view: "dominators", expanded: null })}>See the dominator tree</a>
      </p>
    </div>
  );
}

const titleId = (rank: number) => `suspect-${rank}`;

function Calm() {
  const { value: verdict } = useAnswer((ask) => ask.verdict(), []);
  if (verdict === null) return null;
  return (
    <section class="view-page">
      <h1 tabIndex={-1}>
        <Phrases of={verdict.headline} />
      </h1>
      <p class="soft">
        No object, class loader or group of like objects holds an unusually large part of the heap.
        Where the memory is:{" "}
        <a href={href({ view: "dominators", expanded: null })}>dominator tree</a>. What it is made
        of: <a href="#/histogram">histogram</a>.
      </p>
    </section>
  );
}

function SuspectArticle({ suspect, calm }: { suspect: Suspect; calm: boolean }) {
  const { path, accumulation } = suspect;
  const memory = (part: string) => `suspect:${suspect.rank}:${part}`;
  return (
    <article class="view-page suspect" aria-labelledby={titleId(suspect.rank)}>
      <header class="object-head">
        <p class="suspect-rank" title={calm ? undefined : definition("suspect")}>
          <span class="section-title">
            {calm ? "Holder" : "Suspect"} {suspect.rank}
          </span>
          <span class="muted">{kindLabel(suspect)}</span>
          <CopyLink
            text={() => suspectMarkdown(suspect, facts.value)}
            said="Suspect copied as Markdown"
          >
            Copy as Markdown
          </CopyLink>
        </p>
        <h1 id={titleId(suspect.rank)} tabIndex={-1}>
          <Phrases of={suspect.headline} />
        </h1>
        <ShareBar share={suspect.share} />
        {suspect.story.map((sentence, i) => (
          <p class="suspect-story soft" key={i}>
            <Phrases of={sentence} />
          </p>
        ))}
      </header>
      <Figures suspect={suspect} />
      {path.steps.length > 0 && (
        <Section
          title="Path to GC root"
          hint={definition("pathToRoot")}
          memory={memory("path")}
          actions={<CopyPath path={path} />}
        >
          <PathChain path={path} hot={calm ? null : (accumulation?.object ?? null)} />
        </Section>
      )}
      {suspect.biggest.length > 0 && <Biggest suspect={suspect} memory={memory("biggest")} />}
      {suspect.keywords.length > 0 && (
        <Keywords words={suspect.keywords} memory={memory("keywords")} />
      )}
    </article>
  );
}

/** The share of the heap as a thin bar: orange is the suspect, grey the rest. */
function ShareBar({ share }: { share: number }) {
  const width = `${Math.max(0.3, Math.min(100, share * 100)).toFixed(2)}%`;
  return (
    <div class="share-bar" aria-hidden="true">
      <i style={{ width }} />
    </div>
  );
}

function Figures({ suspect }: { suspect: Suspect }) {
  const { accumulation, pile, object } = suspect;
  return (
    <FactRow>
      <Fact label={retainedLabel(suspect)} term="retained">
        <Size bytes={suspect.retained} />
      </Fact>
      <Fact label="Of heap" term="share">
        <Share part={suspect.retained} whole={facts.value?.usedHeap ?? 0} />
      </Fact>
      {suspect.members > 1 && (
        <Fact label="Members">
          <Count of={suspect.members} />
        </Fact>
      )}
      <Fact label={object === null ? "Class" : "Suspect"}>
        {object === null ? <ClassLink of={suspect.class} /> : <ObjectLink row={object} />}
      </Fact>
      {accumulation !== null && (
        <Fact label="Piles up in" term="accumulation">
          <ObjectLink row={accumulation} />
        </Fact>
      )}
      {pile !== null && (
        <Fact label="What piled up">
          <span class="pile">
            <Count of={pile.count} /> × <ClassLink of={pile.class} />
            <span class="soft">
              · <Size bytes={pile.average} /> each
            </span>
          </span>
        </Fact>
      )}
    </FactRow>
  );
}

/** Whose retained size it is: the headline may speak of one field of the suspect, which retains less. */
function retainedLabel({ kind, object }: Suspect): string {
  if (kind === "group") return "Retained by all of them";
  if (kind === "class" || object?.kind === "class") return "Retained by the class";
  return "Retained by the suspect";
}

function Biggest({ suspect, memory }: { suspect: Suspect; memory: string }) {
  const key = `${epoch.value}:${memory}`;
  const rows = suspect.biggest;
  const source = useMemo(() => listSource<ObjectRow, string>(key, rows), [key, rows]);
  const tree = suspect.accumulation ?? suspect.object;
  const largest = Math.max(...rows.map((row) => row.retained ?? 0));
  const columns: Column<ObjectRow, string>[] = [
    objectColumn(self),
    shallowColumn(self),
    {
      ...retainedColumn(self, largest),
      hint: `${definition("retained")} The bar compares with the largest of the list.`,
    },
  ];
  return (
    <Section
      title={suspect.kind === "group" ? "Largest members" : "Largest objects in it"}
      memory={memory}
      actions={
        tree !== null && (
          <a href={href({ view: "dominators", expanded: tree.address })}>
            Show in the dominator tree
          </a>
        )
      }
    >
      <DataTable
        label="Largest objects"
        columns={columns}
        source={source}
        noun={["object", "objects"]}
        maxRows={10}
        onSelect={select}
        onOpen={openObject}
      />
    </Section>
  );
}

const self = (row: ObjectRow) => row;

function Keywords({ words, memory }: { words: readonly string[]; memory: string }) {
  const text = words.map((word) => visibleName(word)).join(" ");
  return (
    <Section
      title="Keywords"
      hint="What to type into a search engine or a bug tracker."
      memory={memory}
      actions={
        <CopyLink text={() => text} said="Keywords copied">
          Copy keywords
        </CopyLink>
      }
    >
      <p class="keywords">
        {words.map((word) => (
          <code class="badge" key={word}>
            {visibleName(word)}
          </code>
        ))}
      </p>
    </Section>
  );
}
