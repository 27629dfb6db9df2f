import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useReducer, useRef } from "preact/hooks";
import type { Window } from "../engine/protocol";
import { recall, remember } from "./DataTableMemory";
import { focusOnArrival, useVirtualRows, type VirtualRows } from "./DataTableVirtual";
import { MOUNTED_ROWS } from "./DataTableWindow";
import { type TreeItem, TreeModel, type TreeNode, type TreeSource } from "./TreeTableModel";

/** What is kept while the view is away. */
interface Place<R, W extends Window<R>> {
  sourceKey: string;
  model: TreeModel<R, W>;
  /** Key of the current line. */
  cursor: string | null;
  offset: number;
  /** Key of the path that was revealed last. */
  revealed: string | null;
}

export interface TreeCursorOptions<R, W extends Window<R>> {
  source: TreeSource<R, W> & { key: string };
  scroller: RefObject<HTMLElement | null>;
  /** Height of the header, in pixels, and of the totals. */
  head: number;
  foot: number;
  reveal: { key: string; path: readonly R[] } | null;
  memory: string | undefined;
  autoFocus: boolean;
  onSelect: ((row: R) => void) | undefined;
}

/** The lines of a tree and the current one among them. */
export interface TreeCursor<R, W extends Window<R> = Window<R>> {
  model: TreeModel<R, W>;
  /** Whether the lines are those of an earlier order or filter, because the new ones are on their way. */
  stale: boolean;
  items: readonly TreeItem<R>[];
  /** Index of the current line; -1 for none. */
  current: number;
  virtual: VirtualRows;
  /** Makes a line the current one, scrolls it into view and selects its row. */
  moveTo(item: TreeItem<R> | undefined, align?: "auto" | "center"): void;
  /** Opens or closes a node; the cursor never stays on a line that is gone. */
  toggle(node: TreeNode<R>): void;
  /** Reads more children and goes to the first new one, if the cursor waits for it. */
  showMore(item: Exclude<TreeItem<R>, { kind: "node" }>): Promise<void>;
  onScroll(event: { currentTarget: HTMLElement }): void;
}

/** The line of a node. */
export function lineOf<R>(node: TreeNode<R>): TreeItem<R> {
  return { kind: "node", key: node.key, level: node.level, node };
}

/** Keeps tree, cursor, selection and scroll position together, also while the view is away. */
export function useTreeCursor<R, W extends Window<R>>(
  options: TreeCursorOptions<R, W>,
): TreeCursor<R, W> {
  const { scroller, reveal, onSelect } = options;
  const place = usePlace(options.source, options.memory);
  const { model } = place;
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  // Lines come 100 at a time: nobody opens half a million by hand, but the scroll area must not outgrow the browser.
  const items =
    model.items.length > MOUNTED_ROWS ? model.items.slice(0, MOUNTED_ROWS) : model.items;
  const current = place.cursor === null ? -1 : items.findIndex((item) => item.key === place.cursor);
  const virtual = useVirtualRows({
    count: items.length,
    scroller,
    head: options.head,
    foot: options.foot,
  });

  // A line can be moved to before it is drawn: scrolling waits for it.
  const goal = useRef<{ key: string; align: "auto" | "center" } | null>(null);
  useLayoutEffect(() => {
    const wanted = goal.current;
    const index = wanted === null ? -1 : items.findIndex((item) => item.key === wanted.key);
    if (wanted === null || index < 0) return;
    goal.current = null;
    virtual.reveal(index, wanted.align);
  });
  const moveTo: TreeCursor<R>["moveTo"] = (item, align = "auto") => {
    if (item === undefined) return;
    place.cursor = item.key;
    goal.current = { key: item.key, align };
    redraw(0);
    if (item.kind === "node") onSelect?.(item.node.row);
  };

  const settled = useRef(false);
  useLayoutEffect(() => {
    if (settled.current || scroller.current === null || items.length === 0) return;
    settled.current = true;
    if (place.offset > 0) scroller.current.scrollTop = place.offset;
    if (options.autoFocus) focusOnArrival(scroller.current);
  });
  useEffect(() => {
    if (reveal === null || place.revealed === reveal.key) return;
    place.revealed = reveal.key;
    let live = true;
    void model.reveal(reveal.path).then((node) => {
      if (live && node !== null) moveTo(lineOf(node), "center");
    });
    return () => {
      live = false;
    };
  }, [model, reveal?.key]);

  return {
    model,
    stale: place.sourceKey !== options.source.key,
    items,
    current,
    virtual,
    moveTo,
    toggle(node) {
      if (!node.expanded) return void model.expand(node);
      model.collapse(node);
      if (place.cursor?.startsWith(`${node.key}/`) || place.cursor?.startsWith(`${node.key}!`))
        moveTo(lineOf(node));
    },
    async showMore(item) {
      const branch = model.branchOf(item.parent);
      const had = branch.nodes.length;
      await model.load(item.parent);
      const next = branch.nodes[had];
      if (next !== undefined && place.cursor === item.key) moveTo(lineOf(next));
    },
    onScroll(event) {
      if (settled.current) place.offset = event.currentTarget.scrollTop;
    },
  };
}

/**
 * The tree of a source: the remembered one when it is the same source, else a new one; redraws as it changes. The old
 * one stays until the new one has something to show, in which what was open opens again.
 */
function usePlace<R, W extends Window<R>>(
  source: TreeSource<R, W> & { key: string },
  memory: string | undefined,
): Place<R, W> {
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  const held = useRef<Place<R, W> | null>(null);
  const coming = useRef<Place<R, W> | null>(null);
  if (held.current === null && memory !== undefined)
    held.current = recall<Place<R, W>>(memory) ?? null;
  held.current ??= emptyPlace(source, null);
  if (held.current.sourceKey === source.key) coming.current = null;
  else if (coming.current?.sourceKey !== source.key)
    coming.current = emptyPlace(source, held.current);
  if (coming.current?.model.answered === true) {
    held.current = coming.current;
    coming.current = null;
  }
  if (memory !== undefined) remember(memory, held.current);
  const models = [held.current.model, coming.current?.model];
  useLayoutEffect(() => {
    const stops = models.map((model) => model?.subscribe(() => redraw(0)));
    for (const model of models) void model?.start();
    return () => {
      for (const stop of stops) stop?.();
    };
  }, models);
  return held.current;
}

/** A place at which nothing has been read; the cursor and the open nodes are those of another order, if there is one. */
function emptyPlace<R, W extends Window<R>>(
  source: TreeSource<R, W> & { key: string },
  before: Place<R, W> | null,
): Place<R, W> {
  return {
    sourceKey: source.key,
    model: new TreeModel(source, before?.model.openKeys()),
    cursor: before?.cursor ?? null,
    offset: 0,
    revealed: before?.revealed ?? null,
  };
}
