import type { Answer, EngineError, SortKey, Window } from "../engine/protocol";
import { PAGE_ROWS, wantedPages } from "./DataTableWindow";

/** What the reader asked of a table; sorting and filtering happen in the engine. */
export interface TableQuery<K extends string = string> {
  sort: SortKey<K> | null;
  filter: Partial<Record<K, string>>;
}

/** Answers a window of the rows that a query leaves. */
export type FetchRows<R, K extends string, W extends Window<R>> = (
  query: TableQuery<K>,
  start: number,
  count: number,
) => Promise<Answer<W>>;

/** Pages kept; beyond that the one farthest from the screen is dropped. */
const KEPT_PAGES = 50;

/** Rows of one query as they have arrived. */
interface Loaded<R, W> {
  pages: Map<number, R[]>;
  /** Latest window: carries counts and totals. Null until the first page is there. */
  window: W | null;
}

/** An unexpected rejection (the worker died) as the same kind of data as every other failure. */
export function asEngineError(reason: unknown): EngineError {
  const message = reason instanceof Error ? reason.message : String(reason);
  return { kind: "crashed", message, offset: null, advice: null };
}

/**
 * The rows of one table, fetched page by page.
 *
 * One request is under way at a time and the next one is chosen when it returns, so that fast scrolling never queues
 * pages that nobody looks at any more. A new query supersedes the old one at once, but its rows stay readable (marked
 * stale) until the first page of the new answer is there.
 */
export class TableRows<R, K extends string, W extends Window<R>> {
  private fetchRows: FetchRows<R, K, W>;
  private query: TableQuery<K> = { sort: null, filter: {} };
  private generation = 0;
  private busy = -1;
  private shown: Loaded<R, W> = { pages: new Map(), window: null };
  private coming: Loaded<R, W> | null = null;
  private visible = { first: 0, last: 0, forward: true };
  private readonly listeners = new Set<() => void>();
  /** Why the last request failed; null while all is well. */
  error: EngineError | null = null;

  constructor(fetchRows: FetchRows<R, K, W>) {
    this.fetchRows = fetchRows;
  }

  /** Calls `listener` after every change; returns the way to stop that. */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Starts over with a new question (or the same one, when its answer may have changed). */
  ask(query: TableQuery<K>, fetchRows: FetchRows<R, K, W>): void {
    this.query = query;
    this.fetchRows = fetchRows;
    this.generation += 1;
    this.busy = -1;
    this.error = null;
    this.coming = { pages: new Map(), window: null };
    this.pump();
    this.changed();
  }

  /** Says which rows are on screen, so that they are fetched first. */
  look(first: number, last: number): void {
    const { visible } = this;
    if (visible.first === first && visible.last === last) return;
    this.visible = { first, last, forward: first >= visible.first };
    this.pump();
  }

  /** Asks again after a failure. */
  retry(): void {
    this.error = null;
    this.pump();
    this.changed();
  }

  /** The row at an index; undefined while it has not arrived. */
  row(index: number): R | undefined {
    return this.shown.pages.get(Math.floor(index / PAGE_ROWS))?.[index % PAGE_ROWS];
  }

  /** The latest window of the rows shown: counts, totals, filter error. */
  get window(): W | null {
    return this.shown.window;
  }

  /** Rows that pass the filter; 0 before the first answer. */
  get matching(): number {
    return this.shown.window?.matching ?? 0;
  }

  /** True while the rows shown answer an earlier question. */
  get stale(): boolean {
    return this.coming !== null;
  }

  private pump(): void {
    if (this.busy === this.generation || this.error !== null) return;
    const page = this.coming === null ? this.missingPage() : 0;
    if (page === null) return;
    const generation = this.generation;
    this.busy = generation;
    this.fetchRows(this.query, page * PAGE_ROWS, PAGE_ROWS)
      .catch((reason: unknown): Answer<W> => ({ ok: false, error: asEngineError(reason) }))
      .then((answer) => {
        if (generation !== this.generation) return;
        this.busy = -1;
        if (answer.ok) this.accept(page, answer.value);
        else this.error = answer.error;
        this.pump();
        this.changed();
      });
  }

  private missingPage(): number | null {
    const { first, last, forward } = this.visible;
    const wanted = wantedPages(first, last, this.matching, forward);
    return wanted.find((page) => !this.shown.pages.has(page)) ?? null;
  }

  private accept(page: number, window: W): void {
    if (this.coming !== null) {
      this.shown = this.coming;
      this.coming = null;
    }
    const { pages } = this.shown;
    this.shown.window = window;
    pages.set(page, window.rows);
    this.evict(pages);
  }

  private evict(pages: Map<number, R[]>): void {
    if (pages.size <= KEPT_PAGES) return;
    const here = Math.floor(this.visible.first / PAGE_ROWS);
    const farthest = [...pages.keys()].reduce((a, b) =>
      Math.abs(b - here) > Math.abs(a - here) ? b : a,
    );
    pages.delete(farthest);
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }
}
