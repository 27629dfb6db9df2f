import { useMemo } from "preact/hooks";
import { BarCell } from "../../components/BarCell";
import { Count, Share, Size } from "../../components/Figures";
import { ObjectLink } from "../../components/ObjectLink";
import { ErrorPanel } from "../../components/States";
import { type TreeColumn, TreeTable } from "../../components/TreeTable";
import type { TreeSource } from "../../components/TreeTableModel";
import type { Answer, Engine, ObjectRow } from "../../engine/protocol";
import { formatShare, visibleName } from "../../lib/format";
import { definition } from "../../lib/glossary";
import { navigate, objectRoute, type Route } from "../../state/route";
import { engine, epoch, facts, ready, remember, select, useAnswer } from "../../state/session";
import { Marks } from "../ObjectView/Marks";
import "../Histogram/Histogram.css";
import "./Dominators.css";

type DominatorsRoute = Extract<Route, { view: "dominators" }>;

/** The dominator tree: who keeps what alive, largest first. Opens down to an object when the route names one. */
export function Dominators({ route: place }: { route: DominatorsRoute }) {
  const isReady = ready.value;
  const { expanded } = place;
  const target = useAnswer(
    (ask) => (isReady && expanded !== null ? pathTo(ask, expanded) : null),
    [isReady, expanded],
  );
  const key = String(epoch.value);
  const source = useMemo<TreeSource<ObjectRow> & { key: string }>(
    () => ({
      key,
      children: (parent, start, count) => engine().dominated(parent?.object ?? null, start, count),
      keyOf: (row) => String(row.object),
      expandable: (row) => (row.dominated ?? 0) > 0,
    }),
    [key],
  );
  return (
    <section class="view-table" aria-labelledby="dominators-title">
      <header class="view-head">
        <h1 id="dominators-title" tabIndex={-1}>
          Dominator tree
        </h1>
        <p class="soft" title={definition("dominatorTree")}>
          Who keeps what alive: collecting an object frees everything below it.
        </p>
      </header>
      {target.error !== null && <ErrorPanel error={target.error} />}
      {isReady ? (
        <TreeTable
          label="Dominator tree"
          columns={COLUMNS}
          source={source}
          noun={["object", "objects"]}
          reveal={
            expanded !== null && target.value !== null && !target.stale
              ? { key: expanded, path: target.value }
              : null
          }
          onSelect={select}
          onOpen={(row) => {
            select(row);
            remember(row);
            navigate(objectRoute(row.address));
          }}
          memory="dominators"
          autoFocus
        />
      ) : (
        <p class="soft">Dominators are computed once all references are known.</p>
      )}
    </section>
  );
}

async function pathTo(ask: Engine, address: string): Promise<Answer<ObjectRow[]>> {
  const row = await ask.resolve(address);
  return row.ok ? ask.dominatorPath(row.value.object) : row;
}

const heap = () => facts.value?.usedHeap ?? 0;

const COLUMNS: readonly TreeColumn<ObjectRow>[] = [
  {
    key: "object",
    title: "Object",
    hint: "The object with its decoded value. Below it: the objects that live only because of it.",
    width: 240,
    grow: 3,
    cell: (row) => (
      <>
        <ObjectLink row={row} tabIndex={-1} />
        <Marks row={row} />
      </>
    ),
    text: (row) => `${visibleName(row.name)} @ ${row.address}`,
  },
  {
    key: "shallow",
    title: "Shallow",
    hint: definition("shallow"),
    numeric: true,
    width: 84,
    hideBelow: 560,
    cell: (row) => <Size bytes={row.shallow} />,
    text: (row) => String(row.shallow),
  },
  {
    key: "retained",
    title: "Retained",
    hint: definition("retained"),
    numeric: true,
    sorted: true,
    width: 116,
    grow: 0.6,
    cell: (row) => (
      <BarCell share={heap() > 0 ? (row.retained ?? 0) / heap() : 0}>
        <Size bytes={row.retained} />
      </BarCell>
    ),
    text: (row) => String(row.retained ?? ""),
  },
  {
    key: "share",
    title: "Of heap",
    hint: definition("share"),
    numeric: true,
    width: 72,
    cell: (row) => <Share part={row.retained} whole={heap()} />,
    text: (row) => formatShare(heap() > 0 ? (row.retained ?? 0) / heap() : 0),
  },
  {
    key: "dominated",
    title: "Dominates",
    hint: definition("dominated"),
    numeric: true,
    width: 84,
    hideBelow: 480,
    cell: (row) =>
      row.dominated === 0 ? <span class="muted">–</span> : <Count of={row.dominated} />,
    text: (row) => String(row.dominated ?? ""),
  },
];
