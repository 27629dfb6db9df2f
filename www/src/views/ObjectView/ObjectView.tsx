import { useEffect, useState } from "preact/hooks";
import { copyAndTell } from "../../components/Copy";
import { Count, Share, Size } from "../../components/Figures";
import { ClassLink, JavaNameText, ObjectLink } from "../../components/ObjectLink";
import { pathAsMarkdown, pathAsText } from "../../components/pathText";
import { RetainedSize } from "../../components/RetainedSize";
import { EmptyState, ErrorPanel } from "../../components/States";
import type { Address, Answer, Engine, ObjectDetails, ObjectRow } from "../../engine/protocol";
import { formatOffset } from "../../lib/format";
import { definition } from "../../lib/glossary";
import { useHotkey } from "../../lib/hotkeys";
import { forest } from "../../state/forest";
import { href, type Route, treeRoute } from "../../state/route";
import {
  epoch,
  facts,
  isObject,
  ready,
  remember,
  select,
  selection,
  useAnswer,
} from "../../state/session";
import { GarbageHolder } from "../Unreachable/GarbageHolder";
import { type ObjectPart, openObjectAt, takeArrival } from "./arrival";
import { DominatorTrail } from "./DominatorTrail";
import { Elements } from "./Elements";
import { Fact, FactRow } from "./Facts";
import { Fields } from "./Fields";
import { Marks } from "./Marks";
import { PathChain } from "./PathChain";
import { Dominated, References } from "./References";
import { Section } from "./Section";
import { TextValue } from "./TextValue";
import "./ObjectView.css";

type ObjectRoute = Extract<Route, { view: "object" }>;

/** Everything about one object: what it is, what holds it, what it holds. */
export function ObjectView({ route: { address } }: { route: ObjectRoute }) {
  const isReady = ready.value;
  const answer = useAnswer((ask) => (isReady ? detailsOf(ask, address) : null), [isReady, address]);
  const details = answer.value;
  useEffect(() => {
    if (details === null) return;
    remember(details.row);
    const selected = selection.value;
    if (!isObject(selected) || selected.object !== details.row.object) select(details.row);
  }, [details?.row.object]);
  if (answer.error !== null)
    return <Missing address={address}>{<ErrorPanel error={answer.error} />}</Missing>;
  if (!isReady)
    return <EmptyState title="Objects can be looked at as soon as the dump has been read." />;
  if (details === null || details.row.address.toLowerCase() !== address.toLowerCase()) {
    return answer.pending ? <p class="soft">Reading the object…</p> : null;
  }
  return <Details details={details} />;
}

async function detailsOf(ask: Engine, address: Address): Promise<Answer<ObjectDetails>> {
  const row = await ask.resolve(address);
  return row.ok ? ask.object(row.value.object) : row;
}

function Missing({ address, children }: { address: Address; children: preact.ComponentChildren }) {
  return (
    <section class="view-page">
      <h1 tabIndex={-1}>
        No object at <span class="mono">{address}</span>
      </h1>
      {children}
    </section>
  );
}

/** Objects in a dump above which inbound references are looked for only when asked: that reads the whole heap. */
const EAGER_INBOUND = 5_000_000;
/** Rows above which a section starts collapsed. */
const LARGE = 60;

/** Which sections are open, and the keys that lead to them. */
function useSections(row: ObjectRow) {
  const [opened, setOpened] = useState<Record<string, number>>({});
  const go = (part: string) => {
    setOpened({ ...opened, [part]: Date.now() });
    requestAnimationFrame(() => focusSection(`object-${part}`));
  };
  useEffect(() => {
    const part = takeArrival(row.address);
    if (part !== null) go(part);
  }, [row.address]);
  // The keys speak of the selected object; that is this page's unless a row was chosen on it.
  const other = () => {
    const chosen = selection.value;
    return isObject(chosen) && chosen.address !== row.address ? chosen : null;
  };
  const references = (part: ObjectPart) => () => {
    const chosen = other();
    if (chosen === null) go(part);
    else openObjectAt(chosen, part);
  };
  useHotkey("holds", () => (other() === null ? go("path") : false));
  useHotkey("inbound", references("inbound"));
  useHotkey("outbound", references("outbound"));
  return (part: string) => ({
    id: `object-${part}`,
    memory: `object:${row.address}:${part}`,
    opened: opened[part] ?? 0,
  });
}

type SectionPlace = ReturnType<ReturnType<typeof useSections>>;

function Details({ details }: { details: ObjectDetails }) {
  const { row } = details;
  const dump = String(epoch.value);
  const eager = (facts.value?.objects ?? 0) <= EAGER_INBOUND;
  const section = useSections(row);
  return (
    <article class="view-page object-view" aria-labelledby="object-title">
      <Title details={details} />
      {/* Who dominates an unreachable object is known with their forest only. */}
      {(!row.unreachable || forest.value.phase === "ready") && <Trail row={row} />}
      {details.text !== null && (
        <Section {...section("text")} title="Text">
          <TextValue row={row} text={details.text} length={details.textLength} />
        </Section>
      )}
      <PathSection row={row} section={section("path")} />
      {details.fields.length > 0 && (
        <Section
          {...section("fields")}
          title="Fields"
          count={details.fields.length}
          collapsed={details.fields.length > LARGE}
        >
          <Fields label="Fields" fields={details.fields} subject={`${dump}:${row.object}:fields`} />
        </Section>
      )}
      {details.elements !== null && (
        <Section {...section("elements")} title="Elements" count={details.elements.total}>
          <Elements row={row} dump={dump} />
        </Section>
      )}
      {row.dominated !== null && row.dominated > 0 && (
        <Section
          {...section("dominated")}
          title="Immediately dominated objects"
          hint={definition("dominated")}
          count={row.dominated}
          actions={<a href={href(treeRoute(row))}>Show in the tree</a>}
        >
          <Dominated of={row} dump={dump} />
        </Section>
      )}
      <Section
        {...section("inbound")}
        title="Inbound references"
        hint={definition("inbound")}
        collapsed={!eager}
      >
        <References of={row.object} direction="inbound" dump={dump} />
      </Section>
      <Section
        {...section("outbound")}
        title="Outbound references"
        hint={definition("outbound")}
        collapsed
      >
        <References of={row.object} direction="outbound" dump={dump} />
      </Section>
      <Statics details={details} section={section("statics")} dump={dump} />
    </article>
  );
}

function Statics(props: { details: ObjectDetails; section: SectionPlace; dump: string }) {
  const { row, statics } = props.details;
  if (statics.length === 0) return null;
  return (
    <Section
      {...props.section}
      title="Static fields"
      hint="Static fields of the class and its super classes."
      count={statics.length}
      collapsed={row.kind !== "class" || statics.length > LARGE}
    >
      <Fields
        label="Static fields"
        fields={statics}
        subject={`${props.dump}:${row.object}:statics`}
      />
    </Section>
  );
}

function focusSection(id: string): void {
  const section = document.getElementById(id);
  section?.scrollIntoView({ block: "start" });
  const inside =
    section?.querySelector<HTMLElement>("[tabindex='0'], li a") ??
    section?.querySelector<HTMLElement>("button");
  inside?.focus({ preventScroll: true });
}

function Title({ details }: { details: ObjectDetails }) {
  const { row, loader, represents } = details;
  const heap = facts.value?.usedHeap ?? 0;
  return (
    <header class="object-head">
      <h1 id="object-title" tabIndex={-1}>
        <JavaNameText name={row.name} value={row.value} />
      </h1>
      <p class="object-line">
        <button
          type="button"
          class="link mono"
          title={`${definition("address")} Click to copy.`}
          onClick={() => void copyAndTell(row.address, "Address copied")}
        >
          {row.address}
        </button>
        <Marks row={row} />
        {represents !== null && (
          <span>
            represents <ClassLink of={represents} />
          </span>
        )}
      </p>
      <FactRow>
        <Fact label="Retained" term={row.unreachable ? "retainedUnreachable" : "retained"}>
          <RetainedSize row={row} />
        </Fact>
        {!row.unreachable && (
          <Fact label="Of heap" term="share">
            <Share part={row.retained} whole={heap} />
          </Fact>
        )}
        <Fact label="Shallow" term="shallow">
          <Size bytes={row.shallow} />
        </Fact>
        {row.length !== null && (
          <Fact label="Length" term="length">
            <Count of={row.length} />
          </Fact>
        )}
        <Fact label="Dominates" term="dominated">
          <Count of={row.dominated} />
        </Fact>
        <Fact label="Class">
          <ClassLink of={row.class} />
        </Fact>
        {loader !== null && (
          <Fact label="Class loader" term="classLoader">
            <ObjectLink row={loader} />
          </Fact>
        )}
        {details.fileOffset !== null && (
          <Fact label="In the file at">
            <span class="num" title="Offset of the record in the uncompressed dump">
              {formatOffset(details.fileOffset)}
            </span>
          </Fact>
        )}
      </FactRow>
      {details.hierarchy.length > 0 && (
        <p class="object-hierarchy soft">
          extends{" "}
          {details.hierarchy.map((parent, i) => (
            <span key={parent.class}>
              {i > 0 && <span class="muted"> › </span>}
              <ClassLink of={parent} />
            </span>
          ))}
        </p>
      )}
    </header>
  );
}

function Trail({ row }: { row: ObjectRow }) {
  const answer = useAnswer((ask) => ask.dominatorPath(row.object), [row.object]);
  if (answer.error !== null) return <ErrorPanel error={answer.error} />;
  if (answer.value === null || answer.value.length === 0) return null;
  return (
    <div class="trail-line">
      <span class="section-title" title={definition("dominatorTree")}>
        Dominated by
      </span>
      <DominatorTrail path={answer.value} />
    </div>
  );
}

interface PathSectionProps {
  row: ObjectRow;
  section: { id: string; memory: string; opened: number };
}

function PathSection({ row, section }: PathSectionProps) {
  const answer = useAnswer((ask) => ask.pathToRoot(row.object), [row.object]);
  const path = answer.value;
  const found = path !== null && path.steps.length > 0;
  const actions = found && (
    <>
      <button
        type="button"
        class="link"
        onClick={() => void copyAndTell(pathAsText(path), "Path copied")}
      >
        Copy as text
      </button>
      <button
        type="button"
        class="link"
        onClick={() => void copyAndTell(pathAsMarkdown(path), "Path copied as Markdown")}
      >
        Copy as Markdown
      </button>
    </>
  );
  return (
    <Section {...section} title="Path to GC root" hint={definition("pathToRoot")} actions={actions}>
      {answer.error !== null && <ErrorPanel error={answer.error} />}
      {answer.pending && path === null && <p class="soft">Looking for the shortest path…</p>}
      {found && <PathChain path={path} />}
      {path !== null && !found && !path.weakOnly && <GarbageHolder row={row} />}
      {path !== null && !found && path.weakOnly && (
        <p class="soft">
          Only weak, soft, phantom or finalizer references lead here: the collector may free it when
          it must.
        </p>
      )}
    </Section>
  );
}
