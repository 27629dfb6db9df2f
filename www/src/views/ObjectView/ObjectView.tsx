import { useEffect } from "preact/hooks";
import { EmptyState, ErrorPanel } from "../../components/States";
import type { Address, Answer, Engine, ObjectDetails, ObjectRow } from "../../engine/protocol";
import { definition } from "../../lib/glossary";
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
import { ImageValue, SaveBytes } from "./Bytes";
import { Contents } from "./Contents";
import { DominatorTrail } from "./DominatorTrail";
import { Elements } from "./Elements";
import { Fields } from "./Fields";
import { PathSection } from "./PathSection";
import { Dominated, References } from "./References";
import { Section } from "./Section";
import { Stack } from "./Stack";
import { type SectionPlace, useSections } from "./sections";
import { TextValue } from "./TextValue";
import { Title } from "./Title";
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
      {details.image !== null && (
        <Section {...section("image")} title="Image">
          <ImageValue key={row.object} row={row} type={details.image} />
        </Section>
      )}
      {details.stack !== null && (
        <Section {...section("stack")} title="Stack trace" count={details.stack.length}>
          <Stack frames={details.stack} subject={`${dump}:${row.object}:stack`} />
        </Section>
      )}
      {details.contents !== null && (
        <Section
          {...section("contents")}
          title="Contents"
          hint="What was put into the collection, without the tables and nodes that hold it."
        >
          <Contents key={row.object} row={row} kind={details.contents} dump={dump} />
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
        <Section
          {...section("elements")}
          title="Elements"
          count={details.elements.total}
          actions={row.kind === "primitiveArray" && <SaveBytes row={row} />}
        >
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
