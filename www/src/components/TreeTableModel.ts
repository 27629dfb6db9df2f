import type { Answer, EngineError, Window } from "../engine/protocol";
import { asEngineError } from "./DataTableRows";

/** Children asked for at a time: one "Show 100 more" row. */
export const TREE_PAGE = 100;

/** Where the nodes of a tree come from; `W` is what the first level says besides its rows. */
export interface TreeSource<R, W extends Window<R> = Window<R>> {
  /** Children of a row in their order; null asks for the first level. */
  children(parent: R | null, start: number, count: number): Promise<Answer<W>>;
  /** Name of a row among its siblings. */
  keyOf(row: R): string;
  /** False for leaves. */
  expandable(row: R): boolean;
}

/** A row of the tree. */
export interface TreeNode<R> {
  key: string;
  row: R;
  parent: TreeNode<R> | null;
  /** 1 for the first level. */
  level: number;
  /** 0-based rank among its siblings; null for a revealed node whose rank has not been read. */
  rank: number | null;
  expanded: boolean;
  branch: Branch<R>;
}

/** The children of a node, as far as they have been read. */
export interface Branch<R> {
  nodes: TreeNode<R>[];
  /** A child shown out of turn, because something below it is to be seen; dropped when its page arrives. */
  revealed: TreeNode<R>[];
  /** Null before the first page. */
  total: number | null;
  loading: boolean;
  error: EngineError | null;
}

/** A line of the tree as shown: a node, or what stands for nodes that are not there (yet). */
export type TreeItem<R> =
  | { kind: "node"; key: string; level: number; node: TreeNode<R> }
  | { kind: "more"; key: string; level: number; parent: TreeNode<R> | null; left: number }
  | { kind: "waiting"; key: string; level: number; parent: TreeNode<R> | null }
  | { kind: "failed"; key: string; level: number; parent: TreeNode<R> | null; error: EngineError };

const emptyBranch = <R>(): Branch<R> => ({
  nodes: [],
  revealed: [],
  total: null,
  loading: false,
  error: null,
});

/** A tree whose nodes are read as they are opened. Knows nothing of the screen; outlives the component that shows it. */
export class TreeModel<R, W extends Window<R> = Window<R>> {
  private readonly source: TreeSource<R, W>;
  private readonly top: Branch<R> = emptyBranch();
  private readonly listeners = new Set<() => void>();
  private flat: TreeItem<R>[] | null = null;
  /** Nodes that are opened as soon as they are there. */
  private readonly toOpen: Set<string>;
  /** The first level as it was answered last: counts and sums. */
  window: W | null = null;

  /** A tree in which the nodes of these keys open by themselves, as they were open in another order. */
  constructor(source: TreeSource<R, W>, open: Iterable<string> = []) {
    this.source = source;
    this.toOpen = new Set(open);
  }

  /** Keys of the nodes that are open, or will be. */
  openKeys(): Set<string> {
    const keys = new Set(this.toOpen);
    for (const item of this.items)
      if (item.kind === "node" && item.node.expanded) keys.add(item.key);
    return keys;
  }

  /** Whether there is something to show: rows, none at all, or an error. */
  get answered(): boolean {
    return this.top.total !== null || this.top.error !== null;
  }

  /** Calls `listener` after every change; returns the way to stop that. */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Reads the first level unless it is there. */
  start(): Promise<void> {
    return this.top.total === null ? this.load(null) : Promise.resolve();
  }

  /** All lines from top to bottom. */
  get items(): readonly TreeItem<R>[] {
    if (this.flat === null) this.flat = flatten(this.top);
    return this.flat;
  }

  /** Children of a node (null: the first level). */
  branchOf(parent: TreeNode<R> | null): Branch<R> {
    return parent === null ? this.top : parent.branch;
  }

  expandable(node: TreeNode<R>): boolean {
    return this.source.expandable(node.row);
  }

  /** Opens a node; reads its first children when they are not there. */
  expand(node: TreeNode<R>): Promise<void> {
    if (!this.expandable(node)) return Promise.resolve();
    node.expanded = true;
    this.changed();
    return node.branch.total === null ? this.load(node) : Promise.resolve();
  }

  collapse(node: TreeNode<R>): void {
    this.toOpen.delete(node.key);
    node.expanded = false;
    this.changed();
  }

  /** Opens all siblings of a node that have been read, one request at a time. */
  async expandSiblings(node: TreeNode<R>): Promise<void> {
    for (const sibling of [...this.branchOf(node.parent).nodes]) await this.expand(sibling);
  }

  /** Reads the next children of a node (also again after a failure). */
  async load(parent: TreeNode<R> | null): Promise<void> {
    const branch = this.branchOf(parent);
    if (branch.loading) return;
    branch.loading = true;
    branch.error = null;
    this.changed();
    const start = branch.nodes.length;
    const answer = await this.source
      .children(parent?.row ?? null, start, TREE_PAGE)
      .catch((reason: unknown): Answer<W> => ({ ok: false, error: asEngineError(reason) }));
    branch.loading = false;
    if (!answer.ok) branch.error = answer.error;
    else {
      if (parent === null) this.window = answer.value;
      this.append(parent, branch, answer.value);
    }
    this.changed();
    await this.openAgain(branch.nodes.slice(start));
  }

  /** Opens those of the nodes that were open in another order, one request at a time. */
  private async openAgain(nodes: readonly TreeNode<R>[]): Promise<void> {
    for (const node of nodes) if (this.toOpen.delete(node.key)) await this.expand(node);
  }

  /**
   * Opens the tree along a path (outermost first) and returns the node of its last row. A child that is not among the
   * pages read is shown after them, so that revealing never has to read thousands of siblings.
   */
  async reveal(path: readonly R[]): Promise<TreeNode<R> | null> {
    await this.start();
    let node: TreeNode<R> | null = null;
    for (const row of path) {
      if (node !== null) await this.expand(node);
      node = this.childFor(node, row);
    }
    this.changed();
    return node;
  }

  private childFor(parent: TreeNode<R> | null, row: R): TreeNode<R> {
    const branch = this.branchOf(parent);
    const key = this.keyUnder(parent, row);
    const known = [...branch.nodes, ...branch.revealed].find((node) => node.key === key);
    if (known !== undefined) return known;
    const node = this.node(parent, row, null);
    branch.revealed.push(node);
    return node;
  }

  private append(parent: TreeNode<R> | null, branch: Branch<R>, window: Window<R>): void {
    branch.total = window.matching;
    for (const row of window.rows) {
      const key = this.keyUnder(parent, row);
      // A node that was shown out of turn keeps what is open below it.
      const shown = branch.revealed.findIndex((node) => node.key === key);
      const node = shown < 0 ? this.node(parent, row, 0) : branch.revealed.splice(shown, 1)[0];
      if (node === undefined) continue;
      node.rank = branch.nodes.length;
      branch.nodes.push(node);
    }
    // An answer with fewer rows than announced must not offer "more" for ever.
    if (window.rows.length === 0) branch.total = branch.nodes.length;
  }

  private keyUnder(parent: TreeNode<R> | null, row: R): string {
    return `${parent?.key ?? ""}/${this.source.keyOf(row)}`;
  }

  private node(parent: TreeNode<R> | null, row: R, rank: number | null): TreeNode<R> {
    const level = (parent?.level ?? 0) + 1;
    return {
      key: this.keyUnder(parent, row),
      row,
      parent,
      level,
      rank,
      expanded: false,
      branch: emptyBranch(),
    };
  }

  private changed(): void {
    this.flat = null;
    for (const listener of this.listeners) listener();
  }
}

/** Lines of a tree in order; walks with a stack of its own, because dominator trees can be very deep. */
function flatten<R>(top: Branch<R>): TreeItem<R>[] {
  const items: TreeItem<R>[] = [];
  const stack: TreeItem<R>[] = linesOf(top, null).reverse();
  for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
    items.push(item);
    if (item.kind !== "node" || !item.node.expanded) continue;
    const lines = linesOf(item.node.branch, item.node);
    for (let i = lines.length - 1; i >= 0; i--) stack.push(lines[i] as TreeItem<R>);
  }
  return items;
}

/** The lines directly below a node: its children, and one line for those that are missing. */
function linesOf<R>(branch: Branch<R>, parent: TreeNode<R> | null): TreeItem<R>[] {
  const level = (parent?.level ?? 0) + 1;
  const at = parent?.key ?? "";
  const line = (node: TreeNode<R>): TreeItem<R> => ({ kind: "node", key: node.key, level, node });
  const lines = branch.nodes.map(line);
  const left = (branch.total ?? 0) - branch.nodes.length;
  if (branch.error !== null)
    lines.push({ kind: "failed", key: `${at}!failed`, level, parent, error: branch.error });
  else if (branch.loading) lines.push({ kind: "waiting", key: `${at}!more`, level, parent });
  else if (left > 0) lines.push({ kind: "more", key: `${at}!more`, level, parent, left });
  return [...lines, ...branch.revealed.map(line)];
}
