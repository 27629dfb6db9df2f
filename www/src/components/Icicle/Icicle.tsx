import { useState } from "preact/hooks";
import type { ObjectIndex } from "../../engine/protocol";
import { visibleName } from "../../lib/format";
import { DOMINATORS, MAP } from "../../state/route";
import { Hint } from "../Figures";
import { RouteLink } from "../RouteLink";
import { ErrorPanel } from "../States";
import { Bars, describe } from "./Bars";
import { useBars } from "./useBars";
import "./Icicle.css";

const MAX_ROWS = 9;
/** Rows whose room is kept while the first answer is on its way. */
const USUAL_ROWS = 5;

/** A place in the trail; null object: the whole heap. */
interface Place {
  object: ObjectIndex | null;
  label: string;
}
const WHOLE: Place = { object: null, label: "Reachable heap" };

/**
 * The dominator tree from the top, each bar as wide as what it retains. Hover describes, a click selects,
 * a second click or Enter looks inside, the trail leads back. The same is readable in the dominator tree.
 * `calm`: nobody is suspected, and no bar stands out.
 */
export function Icicle({ usedHeap, calm = false }: { usedHeap: number; calm?: boolean }) {
  const [trail, setTrail] = useState<Place[]>([WHOLE]);
  const root = (trail[trail.length - 1] ?? WHOLE).object;
  const { cells, bars, error, waiting, hover, ...rest } = useBars({
    root,
    maxRows: MAX_ROWS,
    onLookInside: ({ object, label }) => setTrail([...trail, { object, label }]),
    onLookOutside: () => {
      if (trail.length === 1) return false;
      setTrail(trail.slice(0, -1));
      return true;
    },
  });
  if (error !== null) return <ErrorPanel error={error} />;
  const described = bars[hover ?? rest.active];
  const rows = bars.reduce((most, bar) => Math.max(most, bar.row + 1), 1);
  return (
    <section class={calm ? "icicle calm" : "icicle"} aria-labelledby="icicle-title">
      <Head trail={trail} onPlace={(i) => setTrail(trail.slice(0, i + 1))} />
      <Bars
        {...rest}
        bars={bars}
        rows={cells === null ? USUAL_ROWS : rows}
        usedHeap={usedHeap}
        waiting={waiting}
      />
      <p class="icicle-said muted small clip">
        {described ? describe(described, usedHeap) : "\u00a0"}
      </p>
    </section>
  );
}

/** Title, trail of places looked into, and the way to the same with more room, and as a table. */
function Head({ trail, onPlace }: { trail: Place[]; onPlace: (i: number) => void }) {
  return (
    <div class="icicle-head">
      <h2 id="icicle-title">
        <Hint term="icicle">Where the memory is</Hint>
      </h2>
      {trail.length > 1 && (
        <ol class="icicle-trail" aria-label="Looked inside">
          {trail.map((place, i) => (
            <li key={`${place.object} ${i}`}>
              {i === trail.length - 1 ? (
                <span class="soft">{visibleName(place.label, 60)}</span>
              ) : (
                <button type="button" class="link" onClick={() => onPlace(i)}>
                  {visibleName(place.label, 60)}
                </button>
              )}
            </li>
          ))}
        </ol>
      )}
      <span class="icicle-doors">
        <RouteLink to={MAP}>As a map</RouteLink>
        <RouteLink to={DOMINATORS}>As a table</RouteLink>
      </span>
    </div>
  );
}
