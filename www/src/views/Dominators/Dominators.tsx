import { useMemo } from "preact/hooks";
import { Share, Size } from "../../components/Figures";
import { GroupBy } from "../../components/GroupBy";
import { ErrorPanel } from "../../components/States";
import { Switch, type Way } from "../../components/Switch";
import { TreeTable } from "../../components/TreeTable";
import type { TreeSource } from "../../components/TreeTableModel";
import type { DominatedKey, DominatedWindow, ObjectRow, SortKey } from "../../engine/protocol";
import { definition } from "../../lib/glossary";
import { DOMINATORS, DOMINATORS_SORT, MAP, navigate, type Route } from "../../state/route";
import { engine, epoch, facts, ready, select, useAnswer } from "../../state/session";
import type { TablePlace } from "../../state/tablePlace";
import { Marks } from "../ObjectView/Marks";
import { openObject } from "../ObjectView/objectColumns";
import { expandable, keyOf, pathTo, treeColumns } from "./treeColumns";
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
  const { filter = {}, sort = DOMINATORS_SORT } = place;
  const key = `${epoch.value} ${JSON.stringify([sort, filter])}`;
  const source = useMemo<TreeSource<ObjectRow, DominatedWindow> & { key: string }>(
    () => ({
      key,
      children: (parent, start, count) =>
        engine().dominatedRows(parent?.object ?? null, { sort, filter, start, count }),
      keyOf,
      expandable,
    }),
    [key],
  );
  const go = (change: Partial<TablePlace<DominatedKey>>) =>
    navigate({ view: "dominators", expanded, sort, filter, ...change }, { replace: true });
  return (
    <section class="view-table" aria-labelledby="dominators-title">
      <header class="view-head">
        <h1 id="dominators-title" tabIndex={-1}>
          Dominator tree
        </h1>
        <GroupBy place={place} />
        <Switch label="The dominator tree as" here="dominators" ways={WAYS} />
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
          sort={sort}
          onSort={(next) => go({ sort: next as SortKey<DominatedKey> })}
          filter={filter}
          onFilter={(next) => go({ filter: next })}
          filterError={(window) => window.filterError}
          totals={sums}
          reveal={
            expanded !== null && target.value !== null && !target.stale
              ? { key: expanded, path: target.value }
              : null
          }
          onSelect={select}
          onOpen={openObject}
          memory="dominators"
          autoFocus
        />
      ) : (
        <p class="soft">Dominators are computed once all references are known.</p>
      )}
    </section>
  );
}

const WAYS: readonly Way[] = [
  { to: DOMINATORS, label: "Tree", hint: "As a table that opens level by level" },
  { to: MAP, label: "Map", hint: "As areas that are as large as what they retain" },
];

/** Below the columns of sizes. What is on one level does not overlap, so that retained sizes add up. */
function sums({ shallow, retained }: DominatedWindow) {
  const whole = facts.value?.usedHeap ?? 0;
  return {
    ...(shallow === null ? {} : { shallow: <Size bytes={shallow} /> }),
    retained: <Size bytes={retained} />,
    share: <Share part={retained} whole={whole} />,
  };
}

const COLUMNS = treeColumns<ObjectRow>({
  chosen: true,
  hint: "the objects that live only because of it.",
  marks: (row) => <Marks row={row} />,
  retained: "retained",
  share: { title: "Of heap", term: "share", width: 72 },
  whole: () => facts.value?.usedHeap ?? 0,
});
