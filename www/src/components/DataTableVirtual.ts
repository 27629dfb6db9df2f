import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  type VirtualItem,
  Virtualizer,
} from "@tanstack/virtual-core";
import type { RefObject } from "preact";
import { useLayoutEffect, useReducer, useRef, useState } from "preact/hooks";
import { ROW_HEIGHT } from "./DataTableWindow";

/** Heights in pixels that sticky rows take from the scroll area, and where it starts. */
export interface VirtualOptions {
  /** Rows in the scroll area. */
  count: number;
  scroller: RefObject<HTMLElement | null>;
  /** Height of what sticks to the top (header, filter row). */
  head: number;
  /** Height of what sticks to the bottom (totals). */
  foot: number;
  /** Scroll offset to start from. */
  initialOffset?: number;
}

/** The part of a virtualiser that tables use. */
export interface VirtualRows {
  items: VirtualItem[];
  /** Height of all rows. */
  height: number;
  /** Rows that fit between head and foot. */
  pageRows: number;
  /** First and last index of the rows really on screen. */
  first: number;
  last: number;
  /** Scrolls as little as needed to show a row. */
  reveal(index: number, align?: "auto" | "start" | "center"): void;
}

/** Rows that are rendered above and below the visible ones, so that a wheel tick shows no gap. */
const OVERSCAN = 8;

/** Binds a fixed-height virtualiser to the component's life. */
export function useVirtualRows({
  count,
  scroller,
  head,
  foot,
  initialOffset = 0,
}: VirtualOptions): VirtualRows {
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  const mounted = useRef(true);
  const options = {
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    scrollToFn: elementScroll,
    observeElementRect,
    observeElementOffset,
    overscan: OVERSCAN,
    scrollMargin: head,
    scrollPaddingStart: head,
    scrollPaddingEnd: foot,
    initialOffset,
    onChange: () => {
      if (mounted.current) redraw(0);
    },
  };
  const [virtualizer] = useState(() => new Virtualizer<HTMLElement, HTMLElement>(options));
  virtualizer.setOptions(options);
  useLayoutEffect(() => {
    mounted.current = true;
    const unmount = virtualizer._didMount();
    return () => {
      mounted.current = false;
      unmount();
    };
  }, [virtualizer]);
  useLayoutEffect(() => virtualizer._willUpdate());

  const items = virtualizer.getVirtualItems();
  const view = virtualizer.scrollRect?.height ?? 0;
  const offset = virtualizer.scrollOffset ?? 0;
  const pageRows = Math.max(1, Math.floor((view - head - foot) / ROW_HEIGHT));
  const first = Math.max(0, Math.min(count - 1, Math.floor(offset / ROW_HEIGHT)));
  return {
    items,
    height: count * ROW_HEIGHT,
    pageRows,
    first,
    last: Math.max(first, Math.min(count - 1, first + pageRows)),
    reveal: (index, align = "auto") => virtualizer.scrollToIndex(index, { align }),
  };
}

/** Width of an element in pixels, followed as it changes; 0 until measured. */
export function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const target = element.current;
    if (target === null) return;
    setWidth(target.clientWidth);
    if (typeof ResizeObserver === "undefined") return;
    const observer = new ResizeObserver(() => setWidth(target.clientWidth));
    observer.observe(target);
    return () => observer.disconnect();
  }, [element]);
  return width;
}

/** How long the page may take to put the focus on a new place's heading, in milliseconds. */
const ARRIVAL = 60;

/** Gives the keyboard to a table when a place is entered, unless the reader has gone elsewhere meanwhile. */
export function focusOnArrival(element: HTMLElement): void {
  setTimeout(() => {
    if (!element.isConnected) return;
    const active = document.activeElement;
    if (active === null || active.matches("body, main, h1")) element.focus({ preventScroll: true });
  }, ARRIVAL);
}
