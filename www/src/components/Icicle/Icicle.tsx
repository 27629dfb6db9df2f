import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { ClassRef, IcicleCell, ObjectIndex, ObjectRow } from "../../engine/protocol";
import { visibleName } from "../../lib/format";
import { DOMINATORS, href, navigate } from "../../state/route";
import { engine, select, useAnswer } from "../../state/session";
import { Hint } from "../Figures";
import { isPlainClick } from "../ObjectLink";
import { ErrorPanel } from "../States";
import { Bars, describe, innermost } from "./Bars";
import { type ArrowKey, type Bar, isArrow, layOut, neighbour } from "./layout";
import "./Icicle.css";

/** How deep the engine cuts; runs are folded, so fewer rows are drawn. */
const CUT_DEPTH = 32;
const MIN_SHARE = 0.002;
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
 * a double click or Enter looks inside, the trail leads back. The same is readable in the dominator tree.
 * `calm`: nobody is suspected, and no bar stands out.
 */
export function Icicle({ usedHeap, calm = false }: { usedHeap: number; calm?: boolean }) {
  const [trail, setTrail] = useState<Place[]>([WHOLE]);
  const root = (trail[trail.length - 1] ?? WHOLE).object;
  const {
    value: cells,
    error,
    stale,
    pending,
  } = useAnswer((ask) => ask.icicle(root, CUT_DEPTH, MIN_SHARE), [root]);
  const bars = useMemo(() => (cells === null ? [] : layOut(cells, MAX_ROWS)), [cells]);
  const [hover, setHover] = useState<number | null>(null);
  const { place, active, setActive, moveTo, keepFocus } = useBarFocus(bars, () => setHover(null));

  const lookInside = (bar: Bar | undefined) => {
    const cell = innermost(bar);
    if (!cell || cell.object === null || cell.object === root || bar?.row === 0) return;
    keepFocus();
    setTrail([...trail, { object: cell.object, label: cell.label }]);
  };
  const lookOutside = () => {
    if (trail.length === 1) return;
    keepFocus();
    setTrail(trail.slice(0, -1));
  };
  const move = (from: number, key: ArrowKey) => {
    const to = neighbour(bars, from, key);
    moveTo(to);
    void selectBar(bars[to]);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const at = barAt(event.target);
    if (isArrow(event.key)) move(at, event.key);
    else if (event.key === "Enter") lookInside(bars[at]);
    else if (event.key === " ") void selectBar(bars[at]);
    else if (event.key === "Backspace") lookOutside();
    else return;
    event.preventDefault();
  };

  if (error !== null) return <ErrorPanel error={error} />;
  const described = bars[hover ?? active];
  return (
    <section class={calm ? "icicle calm" : "icicle"} aria-labelledby="icicle-title">
      <Head trail={trail} onPlace={(i) => setTrail(trail.slice(0, i + 1))} />
      <Bars
        place={place}
        bars={bars}
        rows={
          cells === null ? USUAL_ROWS : bars.reduce((most, bar) => Math.max(most, bar.row + 1), 1)
        }
        usedHeap={usedHeap}
        active={active}
        waiting={stale && pending}
        onHover={setHover}
        onActive={setActive}
        onChoose={(i) => {
          setActive(i);
          void selectBar(bars[i]);
        }}
        onLookInside={(i) => lookInside(bars[i])}
        onKeyDown={onKeyDown}
      />
      <p class="icicle-said muted small clip">
        {described ? describe(described, usedHeap) : "\u00a0"}
      </p>
    </section>
  );
}

/** Title, trail of places looked into, and the way to the same as a table. */
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
      <a
        href={href(DOMINATORS)}
        onClick={(event) => {
          if (!isPlainClick(event)) return;
          event.preventDefault();
          navigate(DOMINATORS);
        }}
      >
        As a table
      </a>
    </div>
  );
}

/** One bar is the tab stop; after a move by key, or a look inside, it gets the focus once it is drawn. */
function useBarFocus(bars: Bar[], onRedraw: () => void) {
  const [active, setActive] = useState(0);
  const place = useRef<HTMLDivElement>(null);
  const wanted = useRef(false);
  const focusBar = (at: number) => {
    if (!wanted.current) return;
    wanted.current = false;
    place.current?.querySelector<HTMLElement>(`[data-bar="${at}"]`)?.focus();
  };
  useEffect(() => {
    setActive(0);
    onRedraw();
    focusBar(0);
  }, [bars]);
  useEffect(() => focusBar(active), [active]);
  const keepFocus = () => {
    wanted.current = true;
  };
  const moveTo = (bar: number) => {
    keepFocus();
    setActive(bar);
  };
  return { place, active, setActive, moveTo, keepFocus };
}

/** The bar that an event comes from; the top one when from none. */
function barAt(target: EventTarget | null): number {
  return target instanceof HTMLElement ? Number(target.dataset["bar"] ?? 0) : 0;
}

let latest = 0;

/** Selects the innermost object of a bar, or the class of a group; the latest choice wins. */
async function selectBar(bar: Bar | undefined): Promise<void> {
  const cell = innermost(bar);
  if (!cell || bar?.row === 0) return;
  const mine = ++latest;
  const chosen = cell.object === null ? classOf(cell) : await findObject(cell.object);
  if (mine === latest && chosen !== null) select(chosen);
}

async function findObject(object: ObjectIndex): Promise<ObjectRow | null> {
  const answer = await engine().object(object);
  return answer.ok ? answer.value.row : null;
}

/** A group of siblings of one class stands for that class. */
function classOf({ class: id, className }: IcicleCell): ClassRef | null {
  return id === null ? null : { class: id, name: className };
}
