/**
 * What is open and what is selected. The page has one session at a time; views read these signals and ask
 * the engine through `useAnswer`.
 */
import { batch, computed, signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import type {
  Answer,
  ClassRef,
  DumpFacts,
  Engine,
  EngineError,
  ObjectRow,
  OpenOptions,
  Part,
  Progress,
} from "../engine/protocol";
import { HISTOGRAM, navigate, OVERVIEW, route } from "./route";
import { memoryLimit } from "./settings";

export type Phase = "empty" | "loading" | "ready" | "failed";
export type Selection = ObjectRow | ClassRef | null;

/** How long an answer may take before the page says that it waits. */
export const PENDING_AFTER_MS = 300;

export const phase = signal<Phase>("empty");
export const progress = signal<Progress | null>(null);
export const facts = signal<DumpFacts | null>(null);
export const error = signal<EngineError | null>(null);
export const selection = signal<Selection>(null);
/** Name and size of what is open or being opened. */
export const openFile = signal<File | null>(null);
/** Objects looked at in this session, latest first. */
export const recent = signal<ObjectRow[]>([]);
/** Grows whenever answers of the engine may have changed: a load began, its histogram or all of it got ready. */
export const epoch = signal(0);
/**
 * A question whether the dump is still the one that is open now. Not `epoch`: that grows also when more becomes known
 * of the same dump.
 */
export function whileThisDump(): () => boolean {
  const file = openFile.peek();
  const dump = facts.peek();
  return () => openFile.value === file && facts.value === dump;
}
/** True when questions about objects can be answered (not only the histogram). */
export const ready = computed(() => phase.value === "ready");

/** Whether a part of the analysis is missing because memory did not suffice for it. */
export const lacks = (part: Part): boolean =>
  facts.value?.incomplete?.missing.includes(part) === true;

const RECENT_LIMIT = 8;
let current: Engine | null = null;
let load = 0;
/** How the dump that is open, or was to be, was asked for. */
let asked: Partial<OpenOptions> = {};

/** Says which engine answers: the worker's, or a double in tests. */
export function provideEngine(engine: Engine): void {
  current = engine;
}

/** The engine of this page. */
export function engine(): Engine {
  if (current === null) throw new Error("no engine was provided");
  return current;
}

export function isObject(value: Selection): value is ObjectRow {
  return value !== null && "object" in value;
}

/** How often something was selected; also tells when the same thing was selected once more. */
let selections = 0;

/** Makes an object or class the selected one: the right pane follows at once. */
export function select(value: Selection): void {
  selections++;
  selection.value = value;
}

/** A question whether anything has been selected since. */
export function selectedSince(): () => boolean {
  const before = selections;
  return () => selections !== before;
}

/** Notes that an object was opened, for the list in the left column. */
export function remember(row: ObjectRow): void {
  const others = recent.value.filter((r) => r.address !== row.address);
  recent.value = [row, ...others].slice(0, RECENT_LIMIT);
}

/** Opens a dump, dropping what was open. Resolves when it is ready, failed, cancelled or overtaken. */
export async function openDump(file: File, options: Partial<OpenOptions> = {}): Promise<void> {
  const mine = ++load;
  asked = options;
  const replaces = phase.value !== "empty" && !sameFile(openFile.value, file);
  batch(() => {
    phase.value = "loading";
    progress.value = null;
    facts.value = null;
    error.value = null;
    selection.value = null;
    recent.value = [];
    openFile.value = file;
    epoch.value++;
  });
  // A link into a dump survives reopening that dump, but means nothing in another one.
  if (replaces || options.dump !== undefined) navigate(OVERVIEW);
  const answer = await engine().open(
    file,
    { dump: 1, sizeModel: "calibrated", memory: memoryLimit(), ...options },
    (p) => {
      if (mine !== load || phase.value !== "loading") return;
      batch(() => {
        if (p.histogramReady && !progress.value?.histogramReady) epoch.value++;
        progress.value = p;
      });
    },
  );
  if (mine !== load) return;
  batch(() => {
    epoch.value++;
    progress.value = null;
    if (answer.ok) {
      facts.value = answer.value;
      phase.value = "ready";
      // Where there is no answer on the first screen, what there is comes first.
      if (answer.value.incomplete !== null && route.value.view === "overview") navigate(HISTOGRAM);
    } else if (answer.error.kind === "cancelled") {
      reset();
    } else {
      error.value = answer.error;
      phase.value = "failed";
    }
  });
}

/** Opens the same file again as it was asked for, but for `options`: after a crash, or otherwise. */
export function reopen(options: Partial<OpenOptions> = {}): Promise<void> {
  const file = openFile.value;
  return file ? openDump(file, { ...asked, ...options }) : Promise.resolve();
}

/** Stops the load and shows the start page again. */
export async function cancelLoad(): Promise<void> {
  if (phase.value !== "loading") return;
  load++;
  reset();
  await engine().cancel();
}

/** Says that the engine died while a dump was open. */
export function engineCrashed(crash: EngineError): void {
  if (phase.value === "empty") return;
  load++;
  batch(() => {
    error.value = crash;
    phase.value = "failed";
  });
}

/** Back to the start page. */
export function reset(): void {
  batch(() => {
    phase.value = "empty";
    progress.value = null;
    facts.value = null;
    error.value = null;
    selection.value = null;
    recent.value = [];
    openFile.value = null;
    epoch.value++;
  });
  if (route.value.view !== "overview") navigate(OVERVIEW, { replace: true });
}

function sameFile(a: File | null, b: File): boolean {
  return a !== null && a.name === b.name && a.size === b.size && a.lastModified === b.lastModified;
}

/** An answer on its way. */
export interface Pending<T> {
  /** The newest answer; the previous one while a newer is on its way; null before the first. */
  value: T | null;
  error: EngineError | null;
  /** True when the newest question has waited for more than 300 ms. */
  pending: boolean;
  /** True while `value` and `error` belong to an older question. */
  stale: boolean;
}

/**
 * Asks the engine and renders again with the answer; asks anew when `deps` change or another dump is open.
 * Only the answer to the latest question counts. `ask` returns null when there is nothing to ask.
 */
export function useAnswer<T>(
  ask: (engine: Engine) => Promise<Answer<T>> | null,
  deps: readonly unknown[],
): Pending<T> {
  const [state, setState] = useState<Pending<T>>({
    value: null,
    error: null,
    pending: false,
    stale: true,
  });
  const now = epoch.value;
  useEffect(() => {
    let live = true;
    const question = ask(engine());
    if (question === null) {
      setState({ value: null, error: null, pending: false, stale: false });
      return;
    }
    setState((s) => ({ ...s, stale: true }));
    const timer = setTimeout(
      () => live && setState((s) => ({ ...s, pending: true })),
      PENDING_AFTER_MS,
    );
    question.then(
      (answer) => {
        clearTimeout(timer);
        if (!live) return;
        setState(
          answer.ok
            ? { value: answer.value, error: null, pending: false, stale: false }
            : { value: null, error: answer.error, pending: false, stale: false },
        );
      },
      (reason: unknown) => {
        clearTimeout(timer);
        if (live) setState({ value: null, error: crashed(reason), pending: false, stale: false });
      },
    );
    return () => {
      live = false;
      clearTimeout(timer);
    };
  }, [...deps, now]);
  return state;
}

function crashed(reason: unknown): EngineError {
  const message = reason instanceof Error ? reason.message : String(reason);
  return { kind: "crashed", message, offset: null, advice: null };
}
