/** What icicle and treemap share: the cells of a root, the current bar, keys and selection. */
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { ClassRef, IcicleCell, ObjectIndex, ObjectRow } from "../../engine/protocol";
import { engine, select, useAnswer } from "../../state/session";
import { innermost } from "./Bars";
import { type ArrowKey, type Bar, isArrow, layOut, neighbour } from "./layout";

/** How deep the engine cuts; runs are folded, so fewer rows are drawn. */
const CUT_DEPTH = 32;
const MIN_SHARE = 0.002;

export interface BarsOptions {
  /** Whose dominator tree; null: the whole heap. */
  root: ObjectIndex | null;
  maxRows: number;
  onLookInside: (cell: IcicleCell & { object: ObjectIndex }) => void;
  /** Answers false when there is nothing outside. */
  onLookOutside: () => boolean;
  /** Where an arrow key leads; without it as in the icicle. */
  neighbour?: (bars: Bar[], from: number, key: ArrowKey) => number;
}

export function useBars(options: BarsOptions) {
  const { root } = options;
  const answer = useAnswer((ask) => ask.icicle(root, CUT_DEPTH, MIN_SHARE), [root]);
  const cells = answer.value;
  const bars = useMemo(
    () => (cells === null ? [] : layOut(cells, options.maxRows)),
    [cells, options.maxRows],
  );
  const [hover, setHover] = useState<number | null>(null);
  /** The bar that was selected last: a second click looks inside. */
  const chosen = useRef<Bar | null>(null);
  const { place, active, setActive, moveTo, keepFocus } = useBarFocus(bars, () => setHover(null));
  const choose = (at: number) => {
    chosen.current = bars[at] ?? null;
    void selectBar(bars[at]);
  };
  const lookInside = (at: number) => {
    const cell = innermost(bars[at]);
    if (!cell || cell.object === null || cell.object === root || bars[at]?.row === 0) return;
    keepFocus();
    options.onLookInside({ ...cell, object: cell.object });
  };
  const lookOutside = () => {
    if (!options.onLookOutside()) return false;
    keepFocus();
    return true;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const at = barAt(event.target);
    if (isArrow(event.key)) {
      const to = (options.neighbour ?? neighbour)(bars, at, event.key);
      moveTo(to);
      choose(to);
    } else if (event.key === "Enter") lookInside(at);
    else if (event.key === " ") choose(at);
    else if (event.key !== "Backspace" && event.key !== "Escape") return;
    else if (!lookOutside()) return;
    event.preventDefault();
  };
  const onChoose = (at: number) => {
    const again = chosen.current !== null && chosen.current === bars[at];
    setActive(at);
    if (again) lookInside(at);
    else choose(at);
  };
  const waiting = answer.stale && answer.pending;
  const state = { cells, bars, error: answer.error, waiting, hover, active, place };
  return { ...state, onKeyDown, onChoose, onHover: setHover, onActive: setActive };
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
