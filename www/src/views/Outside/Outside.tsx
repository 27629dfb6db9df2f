import { useMemo } from "preact/hooks";
import { BarCell } from "../../components/BarCell";
import { DataTable } from "../../components/DataTable";
import type { Column } from "../../components/DataTableColumns";
import { Count, Size } from "../../components/Figures";
import { ObjectLink } from "../../components/ObjectLink";
import { EmptyState, ErrorPanel } from "../../components/States";
import type { OutsideKind, OutsideRow } from "../../engine/protocol";
import { plural, simpleName, visibleName, visibleText } from "../../lib/format";
import { epoch, ready, select, useAnswer } from "../../state/session";
import { listSource, openObject } from "../ObjectView/objectColumns";
import { Section } from "../ObjectView/Section";
import { KINDS, leadText, sumText } from "./outsideText";
import { SideTexts } from "./SideTexts";
import "../ObjectView/ObjectView.css";
import "./Outside.css";

/** Memory and descriptors that objects of the heap own outside it, and texts to compare with. */
export function Outside() {
  const isReady = ready.value;
  const answer = useAnswer((ask) => (isReady ? ask.outside() : null), [isReady]);
  const report = answer.value;
  if (answer.error !== null) return <ErrorPanel error={answer.error} />;
  return (
    <section class="view-page outside" aria-labelledby="outside-title">
      <header class="object-head">
        <h1 id="outside-title" tabIndex={-1}>
          Outside the heap
        </h1>
        <p class="soft">
          {report !== null
            ? leadText(report)
            : answer.pending
              ? "Looking for what owns memory outside the heap…"
              : "\u00a0"}
        </p>
      </header>
      <SideTexts />
      {report !== null && report.kinds.length === 0 && (
        <EmptyState title="No object of this heap owns anything outside it that is known." />
      )}
      {report?.kinds.map((kind) => (
        <Kind key={kind.name} kind={kind} />
      ))}
    </section>
  );
}

function Kind({ kind }: { kind: OutsideKind }) {
  const { title, hint } = KINDS[kind.name];
  const key = `${epoch.value}:outside:${kind.name}`;
  const source = useMemo(() => listSource<OutsideRow, string>(key, kind.rows), [key, kind]);
  const columns = useMemo(() => columnsOf(kind), [kind]);
  return (
    <Section
      title={title}
      hint={hint}
      memory={`outside:${kind.name}`}
      actions={<span class="num outside-sum">{sumText(kind)}</span>}
    >
      <DataTable
        label={title}
        columns={columns}
        source={source}
        noun={["row", "rows"]}
        maxRows={8}
        onSelect={(row) => row.example !== null && select(row.example)}
        onOpen={(row) => row.example !== null && openObject(row.example)}
      />
      {kind.more > 0 && (
        <p class="soft">{plural(kind.more, "smaller row is", "smaller rows are")} not listed.</p>
      )}
      {kind.notes.length > 0 && <p class="soft outside-note">{kind.notes.join(" ")}</p>}
    </Section>
  );
}

function columnsOf(kind: OutsideKind): Column<OutsideRow, string>[] {
  const columns: Column<OutsideRow, string>[] = [
    {
      key: "what",
      title: "What",
      hint: "Class, and what the object says of itself: path, SQL text, name.",
      width: 150,
      grow: kind.rows.some(({ label }) => label !== "") ? 3 : 1,
      cell: (row) => (
        <span class="clip" title={whatText(row)}>
          {row.class !== null && (
            <span class="mono">{simpleName(visibleName(row.class.name))}</span>
          )}{" "}
          {visibleText(row.label, 400)}
        </span>
      ),
      text: whatText,
    },
    {
      key: "example",
      title: "Example",
      hint: "One of them, the largest where sizes are known. A row's arrow keys and Enter lead there too.",
      width: 110,
      grow: 1,
      hideBelow: 700,
      cell: (row) => row.example !== null && <ObjectLink row={row.example} tabIndex={-1} />,
      text: (row) => row.example?.address ?? "",
    },
  ];
  if (kind.rows.some((row) => row.holder !== null)) {
    columns.push({
      key: "holder",
      title: "Held by",
      hint: "The field, variable or thread local on the shortest path from a GC root, as code names it.",
      width: 160,
      grow: 2.4,
      hideBelow: 480,
      cell: (row) => (
        <span class="clip" title={holderText(row)}>
          {holderText(row)}
        </span>
      ),
      text: holderText,
    });
  }
  columns.push({
    key: "count",
    title: "Count",
    hint: kind.name === "classes" ? "Classes of these loaders." : "How many there are.",
    numeric: true,
    width: 80,
    cell: (row) => <Count of={row.count} />,
    text: (row) => String(row.count),
  });
  const { bytes } = kind;
  if (bytes !== null) {
    columns.push({
      key: "bytes",
      title: kind.isEstimate ? "About" : "Bytes",
      hint: kind.isEstimate ? "Bytes outside the heap: an estimate." : "Bytes outside the heap.",
      numeric: true,
      width: 110,
      grow: 0.5,
      cell: (row) =>
        row.bytes !== null && (
          <BarCell share={bytes > 0 ? row.bytes / bytes : 0}>
            <Size bytes={row.bytes} />
          </BarCell>
        ),
      text: (row) => String(row.bytes ?? ""),
    });
  }
  return columns;
}

const whatText = (row: OutsideRow): string =>
  [row.class === null ? "" : visibleName(row.class.name), visibleText(row.label)]
    .filter((text) => text !== "")
    .join(" ");

const holderText = (row: OutsideRow): string =>
  row.holder === null ? "" : visibleName(row.holder);
