import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { recall, remember } from "./DataTableMemory";
import { focusOnArrival, useVirtualRows, type VirtualRows } from "./DataTableVirtual";
import { type Stretch, stretchAt } from "./DataTableWindow";

/** Where the reader was, and in which order and filter that was. */
interface Place {
  asked: string;
  cursor: number;
  offset: number;
}

export interface TableCursorOptions<R> {
  scroller: RefObject<HTMLElement | null>;
  /** Order and filter as text; another one starts from the top. */
  asked: string;
  /** The rows: how many match, the one at an index if it is there, and who wants to know what is on screen. */
  rows: {
    matching: number;
    row(index: number): R | undefined;
    look(first: number, last: number): void;
  };
  /** True once the first answer is there. */
  answered: boolean;
  /** Heights of what sticks to top and bottom, in pixels. */
  head: number;
  foot: number;
  memory: string | undefined;
  autoFocus: boolean;
  onSelect: ((row: R) => unknown) | undefined;
}

/** The current row of a table and the part of the table that is mounted around it. */
export interface TableCursor {
  /** Index of the current row; -1 for none. */
  current: number;
  stretch: Stretch;
  virtual: VirtualRows;
  /**
   * Makes a row the current one, scrolls it into view and selects it: at once, or as soon as it has arrived. `then` is
   * called when it is selected, and never if the cursor has left it before.
   */
  moveTo(index: number, align?: "auto" | "start", then?: () => void): void;
  /** Remembers a row as the current one without selecting it: a link in it leads away. */
  leaveFrom(index: number): void;
  onScroll(event: { currentTarget: HTMLElement }): void;
}

/** The place remembered under a name, if the question is still the same; changes to it are remembered, too. */
function placeOf(memory: string | undefined, asked: string): Place {
  const known = memory === undefined ? undefined : recall<Place>(memory);
  const place = known?.asked === asked ? known : { asked, cursor: -1, offset: 0 };
  if (memory !== undefined) remember(memory, place);
  return place;
}

/** Keeps cursor, selection and scroll position of a table together. */
export function useTableCursor<R>(options: TableCursorOptions<R>): TableCursor {
  const { scroller, asked, rows, answered, onSelect } = options;
  const [place] = useState(() => placeOf(options.memory, asked));
  const [cursor, setCursor] = useState(place.cursor);
  const [first, setFirst] = useState(() => Math.max(0, cursor));
  const stretch = stretchAt(first, rows.matching);
  const virtual = useVirtualRows({
    count: stretch.count,
    scroller,
    head: options.head,
    foot: options.foot,
  });
  rows.look(stretch.first + virtual.first, stretch.first + virtual.last);

  // A row that was moved to before it arrived is selected when it does.
  const toSelect = useRef<{ index: number; then: (() => void) | undefined } | null>(null);
  const selectArrived = () => {
    const wanted = toSelect.current;
    const row = wanted === null ? undefined : rows.row(wanted.index);
    if (wanted === null || row === undefined) return;
    toSelect.current = null;
    const selected = onSelect?.(row);
    if (selected instanceof Promise) void selected.then(wanted.then);
    else wanted.then?.();
  };
  useEffect(selectArrived);

  // Scrolling waits until the stretch that holds the row is mounted.
  const toReveal = useRef<{ index: number; align: "auto" | "start" } | null>(null);
  useLayoutEffect(() => {
    if (toReveal.current === null) return;
    const { index, align } = toReveal.current;
    toReveal.current = null;
    virtual.reveal(index - stretch.first, align);
  });

  useLayoutEffect(() => {
    if (place.asked === asked) return;
    Object.assign(place, { asked, cursor: -1, offset: 0 });
    toSelect.current = null;
    setCursor(-1);
    setFirst(0);
    if (scroller.current !== null) scroller.current.scrollTop = 0;
  }, [asked]);

  // The offset left behind is taken up again when there are rows to scroll.
  const settled = useRef(false);
  useLayoutEffect(() => {
    if (settled.current || !answered || scroller.current === null) return;
    settled.current = true;
    if (place.offset > 0) scroller.current.scrollTop = place.offset;
    if (options.autoFocus) focusOnArrival(scroller.current);
  });

  return {
    current: cursor >= 0 && cursor < rows.matching ? cursor : -1,
    stretch,
    virtual,
    moveTo(index, align = "auto", then) {
      place.cursor = index;
      toSelect.current = { index, then };
      selectArrived();
      toReveal.current = { index, align };
      setFirst(index);
      setCursor(index);
    },
    leaveFrom(index) {
      place.cursor = index;
    },
    onScroll(event) {
      if (settled.current) place.offset = event.currentTarget.scrollTop;
    },
  };
}
