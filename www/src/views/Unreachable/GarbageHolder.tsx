import { ObjectLink } from "../../components/ObjectLink";
import { RetainedSize } from "../../components/RetainedSize";
import { ErrorPanel } from "../../components/States";
import type { ObjectRow } from "../../engine/protocol";
import { definition } from "../../lib/glossary";
import { forest, growForest } from "../../state/forest";
import { href, treeRoute } from "../../state/route";
import { useAnswer } from "../../state/session";
import { Growing } from "./Growing";
import "./Unreachable.css";

/** In the place of a path to a GC root: what holds an unreachable object within the garbage. */
export function GarbageHolder({ row }: { row: ObjectRow }) {
  const now = forest.value;
  return (
    <div class="dead-holder">
      <p class="soft">
        No GC root leads here: the object was garbage when the dump was taken, and nothing that
        lives holds it.
      </p>
      {now.phase === "growing" && <Growing progress={now.progress} />}
      {now.phase === "failed" && <ErrorPanel error={now.error} />}
      {now.phase === "ready" ? (
        <Top row={row} />
      ) : (
        now.phase !== "growing" && (
          <p>
            <button
              type="button"
              class="link"
              title={definition("forest")}
              onClick={() => void growForest()}
            >
              Find out what holds it within the garbage
            </button>
          </p>
        )
      )}
    </div>
  );
}

function Top({ row }: { row: ObjectRow }) {
  const path = useAnswer((ask) => ask.dominatorPath(row.object), [row.object]);
  if (path.error !== null) return <ErrorPanel error={path.error} />;
  const top = path.value?.[0];
  if (top === undefined || path.stale) return null;
  return (
    <p>
      {top.object === row.object ? (
        <>It is at the top of the garbage itself: no other unreachable object alone holds it.</>
      ) : (
        <>
          The garbage's top is <ObjectLink row={top} /> with <RetainedSize row={top} />: only
          through it does anything lead here.
        </>
      )}{" "}
      <a href={href(treeRoute(row))}>Show it in the forest</a>
    </p>
  );
}
