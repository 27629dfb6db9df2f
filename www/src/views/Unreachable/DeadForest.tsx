import { useEffect, useMemo } from "preact/hooks";
import { EmptyState, ErrorPanel } from "../../components/States";
import { TreeTable } from "../../components/TreeTable";
import type { TreeSource } from "../../components/TreeTableModel";
import type { ForestFacts, ObjectRow, Standing } from "../../engine/protocol";
import { formatBytes, formatCount, plural } from "../../lib/format";
import { definition } from "../../lib/glossary";
import { forest, growForest } from "../../state/forest";
import type { Route } from "../../state/route";
import { engine, epoch, facts, ready, select, useAnswer } from "../../state/session";
import { expandable, keyOf, pathTo, treeColumns } from "../Dominators/treeColumns";
import { openObject } from "../ObjectView/objectColumns";
import { Growing } from "./Growing";

type ForestRoute = Extract<Route, { view: "forest" }>;

/** A row of the forest; on the first level it tells why it is there. */
type DeadRow = ObjectRow & { standing?: Standing };

/** Unreachable objects as a forest. Whoever comes here asks for it to be worked out. */
export function DeadForest({ route: place }: { route: ForestRoute }) {
  const isReady = ready.value;
  const now = forest.value;
  useEffect(() => {
    if (isReady && now.phase === "notAsked") void growForest();
  }, [isReady, now.phase]);
  switch (now.phase) {
    case "ready":
      return <Trees expanded={place.expanded} about={now.facts} />;
    case "failed":
      return (
        <ErrorPanel error={now.error}>
          <Again />
        </ErrorPanel>
      );
    case "stopped":
      return (
        <EmptyState title="The forest was not worked out">
          <p class="soft">{definition("forest")}</p>
          <Again />
        </EmptyState>
      );
    default:
      return <Growing progress={now.phase === "growing" ? now.progress : null} />;
  }
}

function Again() {
  return (
    <button type="button" class="button" onClick={() => void growForest()}>
      Work it out
    </button>
  );
}

function Trees({ expanded, about }: { expanded: string | null; about: ForestFacts }) {
  const target = useAnswer((ask) => (expanded === null ? null : pathTo(ask, expanded)), [expanded]);
  const key = String(epoch.value);
  const source = useMemo<TreeSource<DeadRow> & { key: string }>(
    () => ({
      key,
      children: (parent, start, count) =>
        parent === null
          ? engine().forestTop(start, count)
          : engine().dominated(parent.object, start, count),
      keyOf,
      expandable,
    }),
    [key],
  );
  const path = target.stale ? null : target.value;
  return (
    <>
      <Summary about={about} />
      {target.error !== null && <ErrorPanel error={target.error} />}
      {expanded !== null && path !== null && path[0]?.unreachable === false && (
        <p class="soft">A GC root leads to {expanded}: it is in the dominator tree, not here.</p>
      )}
      <TreeTable
        label="Forest of unreachable objects"
        columns={COLUMNS}
        source={source}
        noun={["object", "objects"]}
        reveal={
          expanded !== null && path !== null && path[0]?.unreachable === true
            ? { key: expanded, path }
            : null
        }
        onSelect={select}
        onOpen={openObject}
        memory="forest"
        autoFocus
      />
    </>
  );
}

/** Of what the first level consists. */
function Summary({ about }: { about: ForestFacts }) {
  const shared = about.top - about.unreferenced - about.cycles;
  return (
    <p class="soft dead-summary">
      <span class="hint" title={definition("forest")}>
        {plural(about.top, "tree")}
      </span>
      : {formatCount(about.unreferenced)} from objects that no other unreachable object refers to
      {about.cycles > 0 && (
        <>
          , {formatCount(about.cycles)} from{" "}
          <span class="hint" title={definition("forestCycle")}>
            {about.cycles === 1 ? "a cycle" : "cycles"}
          </span>
        </>
      )}
      {shared > 0 && (
        <>
          , {formatCount(shared)}{" "}
          <span class="hint" title={definition("forestShared")}>
            shared
          </span>{" "}
          by several
        </>
      )}
      . Their retained sizes add up to {formatBytes(about.bytes)}.{" "}
      <span
        class="muted num"
        title="Memory that the forest takes in the engine until another dump is opened."
      >
        Kept in {formatBytes(about.engineBytes)}.
      </span>
    </p>
  );
}

const MARKS = {
  unreferenced: null,
  cycle: { text: "cycle", term: "forestCycle" },
  shared: { text: "shared", term: "forestShared" },
} as const;

function Mark({ row }: { row: DeadRow }) {
  const mark = row.standing === undefined ? null : MARKS[row.standing];
  if (mark === null) return null;
  return (
    <span class="badge dead-mark" title={definition(mark.term)}>
      {mark.text}
    </span>
  );
}

const COLUMNS = treeColumns<DeadRow>({
  hint: "the unreachable objects that only it leads to.",
  marks: (row) => <Mark row={row} />,
  retained: "retainedUnreachable",
  share: { title: "Of garbage", term: "shareUnreachable", width: 96 },
  whole: () => facts.value?.unreachableBytes ?? 0,
});
