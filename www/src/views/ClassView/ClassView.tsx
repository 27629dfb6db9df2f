import { useEffect, useMemo } from "preact/hooks";
import { Computing } from "../../components/BarCell";
import { DataTable, type RowSource } from "../../components/DataTable";
import type { Column } from "../../components/DataTableColumns";
import { useRemembered } from "../../components/DataTableMemory";
import { Count, Share, Size, Unknown } from "../../components/Figures";
import { JavaNameTitle, ObjectLink } from "../../components/ObjectLink";
import { SaveButton } from "../../components/SaveButton";
import { ErrorPanel } from "../../components/States";
import { saveWhole } from "../../components/TextViewer/actions";
import { classNameText, viewed } from "../../components/TextViewer/viewed";
import type { ClassDetails, ObjectKey, ObjectRow, SortKey, Window } from "../../engine/protocol";
import { exactBytes, formatBytes, plural, visibleName, visibleText } from "../../lib/format";
import type { Route } from "../../state/route";
import { engine, epoch, facts, lacks, select, selection, useAnswer } from "../../state/session";
import { Fact, FactRow } from "../ObjectView/Facts";
import { FieldName, Fields } from "../ObjectView/Fields";
import { Hierarchy } from "../ObjectView/Hierarchy";
import {
  addressColumn,
  lengthColumn,
  listSource,
  objectColumn,
  openObject,
  retainedColumn,
  shallowColumn,
} from "../ObjectView/objectColumns";
import { Section } from "../ObjectView/Section";
import { findClass } from "./findClass";
import "../ObjectView/ObjectView.css";

type ClassRoute = Extract<Route, { view: "class" }>;

/** Everything about one class: its objects first, then what it declares. */
export function ClassView({ route: place }: { route: ClassRoute }) {
  const answer = useAnswer((ask) => findClass(ask, place.id, place.name), [place.id, place.name]);
  const details = answer.value;
  useEffect(() => {
    if (details !== null && selection.value === null) select(details.class);
  }, [details?.class.class]);
  if (answer.error !== null) {
    return (
      <section class="view-page">
        <h1 tabIndex={-1}>{visibleName(place.name)}</h1>
        <ErrorPanel error={answer.error} />
      </section>
    );
  }
  if (details === null) return answer.pending ? <p class="soft">Reading the class…</p> : null;
  return <Details details={details} />;
}

/** Rows above which a section starts collapsed. */
const LARGE = 60;

function Details({ details }: { details: ClassDetails }) {
  const dump = String(epoch.value);
  const memory = (part: string) => `class:${details.class.class}:${part}`;
  return (
    <article class="view-page" aria-labelledby="class-title">
      <Title details={details} />
      <Section title="Objects" hint="Objects of exactly this class." memory={memory("instances")}>
        <Instances details={details} dump={dump} />
      </Section>
      {details.statics.length > 0 && (
        <Section
          title="Static fields"
          hint="Fields that belong to the class; what they refer to lives as long as the class."
          count={details.statics.length}
          memory={memory("statics")}
          collapsed={details.statics.length > LARGE}
        >
          <Fields
            label="Static fields"
            fields={details.statics}
            subject={`${dump}:${memory("statics")}`}
          />
        </Section>
      )}
      <Section
        title="Declared fields"
        hint="Instance fields that this class adds to those of its super classes."
        count={details.declaredFields.length}
        memory={memory("declared")}
        collapsed={details.declaredFields.length > LARGE}
      >
        <DeclaredFields details={details} dump={dump} />
      </Section>
    </article>
  );
}

function Title({ details }: { details: ClassDetails }) {
  const { histogram, object, loader, instanceSize } = details;
  const heap = facts.value?.usedHeap ?? 0;
  return (
    <header class="object-head">
      <h1 id="class-title" tabIndex={-1}>
        <JavaNameTitle name={details.class.name} />
      </h1>
      {details.longNameBytes !== null && <WholeName details={details} />}
      <Hierarchy of={details.hierarchy} />
      <FactRow>
        <Fact label="Objects" term="instances">
          <Count of={histogram.instances} />
        </Fact>
        <Fact label="Retained" term="retainedClass">
          {histogram.retained === null ? (
            lacks("classRetained") ? (
              <Unknown />
            ) : (
              <Computing what="Retained size" />
            )
          ) : (
            <span class="num" title={`At least ${exactBytes(histogram.retained)}`}>
              ≥ {formatBytes(histogram.retained)}
            </span>
          )}
        </Fact>
        {histogram.retained !== null && (
          <Fact label="Of heap" term="share">
            <Share part={histogram.retained} whole={heap} />
          </Fact>
        )}
        <Fact label="Shallow" term="shallow">
          <Size bytes={histogram.shallow} />
        </Fact>
        {instanceSize !== null && (
          <Fact label="Each">
            <span title={`Shallow size of one object: ${exactBytes(instanceSize)}`}>
              <Size bytes={instanceSize} />
            </span>
          </Fact>
        )}
        {histogram.unreachable > 0 && (
          <Fact label="Unreachable" term="unreachable">
            <span title={exactBytes(histogram.unreachableShallow)}>
              {plural(histogram.unreachable, "object")}, {formatBytes(histogram.unreachableShallow)}
            </span>
          </Fact>
        )}
        {object !== null && (
          <Fact label="Class object">
            <ObjectLink row={object} />
          </Fact>
        )}
        <Fact label="Class loader" term="classLoader">
          {loader === null ? visibleName(histogram.loader) : <ObjectLink row={loader} />}
        </Fact>
      </FactRow>
    </header>
  );
}

/** A name that is too long for any line: its length, and the ways to all of it. */
function WholeName({ details }: { details: ClassDetails }) {
  const name = classNameText(details.class.class);
  return (
    <p class="object-line soft">
      The name has {exactBytes(details.longNameBytes ?? 0)}; its middle is left out here.
      <button
        type="button"
        class="link"
        onClick={() => {
          viewed.value = name;
        }}
      >
        See all of it
      </button>
      <SaveButton
        label="Save as a file"
        class="link"
        save={(onShare, stop) => saveWhole(name, onShare, stop)}
      />
    </p>
  );
}

const BY_RETAINED: SortKey<ObjectKey> = { key: "retained", descending: true };

function Instances({ details, dump }: { details: ClassDetails; dump: string }) {
  const id = details.class.class;
  const [sort, setSort] = useRemembered<SortKey<ObjectKey>>(`class:${id}:sort`, BY_RETAINED);
  const key = `${dump}:${id}`;
  const source = useMemo<RowSource<ObjectRow, string, Window<ObjectRow>>>(
    () => ({
      key,
      fetch: (query, start, count) =>
        engine().instances(id, (query.sort ?? BY_RETAINED) as SortKey<ObjectKey>, start, count),
    }),
    [key],
  );
  const isArray = details.class.name.endsWith("[]");
  return (
    <DataTable
      label={`Objects of class ${visibleText(details.class.name)}`}
      columns={isArray ? ARRAY_COLUMNS : OBJECT_COLUMNS}
      source={source}
      sort={sort}
      onSort={(next) => setSort(next as SortKey<ObjectKey>)}
      noun={["object", "objects"]}
      totals={() => ({})}
      maxRows={20}
      memory={`class:${id}:objects`}
      onSelect={select}
      onOpen={openObject}
      empty="The dump holds no object of exactly this class."
      autoFocus
    />
  );
}

const self = (row: ObjectRow) => row;
const OBJECT_COLUMNS: Column<ObjectRow, string>[] = [
  objectColumn(self),
  { ...addressColumn(self), sortable: true },
  { ...shallowColumn(self), sortable: true },
  { ...retainedColumn(self), sortable: true },
];
const ARRAY_COLUMNS: Column<ObjectRow, string>[] = [
  objectColumn(self),
  { ...addressColumn(self), sortable: true },
  { ...lengthColumn(self), sortable: true },
  { ...shallowColumn(self), sortable: true },
  { ...retainedColumn(self), sortable: true },
];

type Declared = ClassDetails["declaredFields"][number];

function DeclaredFields({ details, dump }: { details: ClassDetails; dump: string }) {
  const key = `${dump}:${details.class.class}:declared`;
  const source = useMemo(
    () => listSource<Declared, string>(key, details.declaredFields),
    [key, details],
  );
  return (
    <DataTable
      label="Declared fields"
      columns={DECLARED_COLUMNS}
      source={source}
      noun={["field", "fields"]}
      maxRows={16}
      empty="The class declares no fields of its own."
    />
  );
}

const DECLARED_COLUMNS: Column<Declared, string>[] = [
  {
    key: "name",
    title: "Field",
    hint: "Name of the field.",
    width: 160,
    grow: 1,
    cell: (field) => (
      <FieldName name={field.name} longName={field.longName} title={visibleName(field.name)} />
    ),
    text: (field) => visibleName(field.name),
  },
  {
    key: "type",
    title: "Type",
    hint: "Type as the dump knows it: a primitive, or Object for every reference.",
    width: 120,
    grow: 2,
    cell: (field) => <code class="muted">{visibleText(field.type)}</code>,
    text: (field) => visibleText(field.type),
  },
];
