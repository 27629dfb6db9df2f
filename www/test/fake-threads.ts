/** Threads, class loaders, roots and settings of the fake engine: 600 virtual threads at one place, and some others. */
import type {
  DuplicateKey,
  DuplicateRow,
  DuplicateWindow,
  FrameRow,
  LoaderEntry,
  LoaderRow,
  RootEntry,
  Setting,
  StackEntry,
  StackKey,
  StackRow,
  StackWindow,
  TableQuery,
  ThreadDetails,
  ThreadKey,
  ThreadRow,
  ThreadWindow,
} from "../src/engine/protocol";
import { classRef } from "./fake-classes";
import { addressOf, FIRST_SESSION, HOLDER, indexOf, row } from "./fake-heap";

const VIRTUAL = 600;
const PLATFORM = 4;
/** The stack of the virtual threads, of the worker that failed, of those that wait, and none. */
const FRAMES = [17, 5, 3, 0] as const;

function stackOf(at: number): 0 | 1 | 2 | 3 {
  if (at === 0) return 1;
  if (at === 1 || at === PLATFORM + VIRTUAL) return 2;
  return at < PLATFORM ? 3 : 0;
}

/** The thread at a position; the last one is a stack that no thread claims. */
export function fakeThread(at: number): ThreadRow {
  const isVirtual = at >= PLATFORM && at < PLATFORM + VIRTUAL;
  const unclaimed = at === PLATFORM + VIRTUAL;
  const stack = stackOf(at);
  return {
    thread: at,
    row: unclaimed ? null : { ...row(FIRST_SESSION + at), retained: 4_416 + (isVirtual ? 0 : at) },
    name: unclaimed || isVirtual ? null : `worker-${at}`,
    trace: at + 1,
    isVirtual,
    state: "waiting",
    stateText: at === 0 ? "RUNNABLE" : "WAITING (parking)",
    daemon: !unclaimed && at !== 0,
    priority: isVirtual ? null : 5,
    id: unclaimed ? null : at + 20,
    largestLocal: stack === 3 ? null : 1_024,
    locals: stack === 3 ? 0 : 2,
    frames: FRAMES[stack],
    stack,
    top: stack === 3 ? null : stack === 1 ? "OutOfMemoryError.<init>" : "Unsafe.park",
    loader: { object: HOLDER, address: addressOf(HOLDER), name: "WebappClassLoader /shop" },
    group: "main",
    failed: at === 0,
  };
}

let made: ThreadRow[] | null = null;
/** All of them, made once: there are many. */
function all(): ThreadRow[] {
  made ??= Array.from({ length: PLATFORM + VIRTUAL + 1 }, (_, i) => fakeThread(i));
  return made;
}

export function fakeThreads({ filter, start, count }: TableQuery<ThreadKey>): ThreadWindow {
  const threads = all();
  const rows = threads.filter(
    (thread) =>
      (thread.name ?? "").includes(filter.name ?? "") &&
      (filter.stack === undefined || String(thread.stack) === filter.stack) &&
      (filter.thread === undefined || String(thread.thread) === filter.thread),
  );
  const bad = filter.retained === "many";
  return {
    rows: rows.slice(start, start + count),
    start,
    matching: rows.length,
    total: threads.length,
    virtualThreads: rows.filter((thread) => thread.isVirtual).length,
    shallow: rows.length * 100,
    retained: rows.length * 4_416,
    maxRetained: 4_420,
    maxLocal: 1_024,
    failed: 0,
    filterError: bad ? { key: "retained", message: '"many" is no number filter' } : null,
  };
}

export function fakeStacks({ start, count }: TableQuery<StackKey>): StackWindow {
  const threads = all();
  const rows: StackRow[] = FRAMES.map((frames, stack) => {
    const those = threads.filter((thread) => thread.stack === stack);
    return {
      stack,
      threads: those.length,
      virtualThreads: those.filter((thread) => thread.isVirtual).length,
      frames,
      top: those[0]?.top ?? null,
      ownCode: frames > 3 ? "VThreads.handle" : null,
      names: those.flatMap(({ name }) => (name === null ? [] : [name])).slice(0, 3),
      state: stack === 2 ? null : "WAITING (parking)",
      shallow: those.length * 100,
      retained: those.length * 4_416,
      largestLocal: those[0]?.largestLocal ?? null,
      first: those[0]?.thread ?? 0,
      failed: stack === 1,
    };
  });
  return {
    rows: rows.slice(start, start + count),
    start,
    matching: rows.length,
    total: rows.length,
    threads: threads.length,
    allThreads: threads.length,
    retained: threads.length * 4_416,
    maxRetained: VIRTUAL * 4_416,
    filterError: null,
  };
}

export function fakeThreadAt(place: string): ThreadDetails | null {
  const found = all().find(
    (thread) => thread.row?.address === place || `trace-${thread.trace}` === place,
  );
  if (found === undefined) return null;
  const same = found.stack === 0 ? VIRTUAL : 1;
  return { thread: found, sameStack: same, entries: found.frames };
}

export function fakeFrames(thread: number): StackEntry[] {
  const { frames } = fakeThread(thread);
  return Array.from({ length: frames }, (_, frame): FrameRow & { line: "frame" } => ({
    line: "frame",
    frame,
    text: `com.acme.Job.step${frame}(Job.java:${frame + 10})`,
    method: `step${frame}()V`,
    class: classRef(11),
    locals: frame === 1 ? 2 : 0,
    retained: frame === 1 ? 2_048 : 0,
    platform: frame !== 1,
  }));
}

export function fakeLocals(_thread: number, frame: number | null): StackEntry[] {
  if (frame !== 1) return [];
  return [FIRST_SESSION, FIRST_SESSION + 1].map((object) => ({ line: "local", ...row(object) }));
}

export function fakeStackTexts(start: number, count: number): string {
  return all()
    .slice(start, start + count)
    .map((thread) => `"${thread.name ?? ""}" #${thread.id}\n\tat com.acme.Job.step0(Job.java:10)\n`)
    .join("\n");
}

const BOOT: LoaderRow = {
  loader: 0,
  row: null,
  name: "bootstrap",
  children: 2,
  classes: 1,
  instances: 60_000,
  shallow: 3_000_000,
  retained: null,
  allRetained: 3_200_000,
};
const APP: LoaderRow = {
  ...BOOT,
  loader: 1,
  row: row(HOLDER),
  name: "WebappClassLoader /shop",
  children: 0,
  retained: 96,
  allRetained: 300_000,
};

export function fakeLoaderChildren(loader: number | null): LoaderEntry[] {
  if (loader === null) return [{ line: "loader", ...BOOT }];
  const owned: LoaderEntry = {
    line: "class",
    class: 1,
    name: classRef(1).name,
    loader: "",
    instances: 12,
    shallow: 1_200,
    retained: 9_000,
    unreachable: 0,
    unreachableShallow: 0,
  };
  return loader === 0 ? [{ line: "loader", ...APP }, owned] : [owned];
}

export function fakeLoaderPath(address: string): LoaderEntry[] | null {
  if (indexOf(address) !== HOLDER) return null;
  return [BOOT, APP].map((loader) => ({ line: "loader", ...loader }));
}

export function fakeDuplicate(at: number): DuplicateRow {
  return {
    class: classRef(1),
    classes: 1,
    loader: `WebappClassLoader /shop${at}`,
    address: addressOf(HOLDER),
    instances: 10,
    shallow: 160,
    retained: 400,
  };
}

export function fakeDuplicates(query: TableQuery<DuplicateKey>): DuplicateWindow {
  const rows = [{ ...fakeDuplicate(0), classes: 3, loader: null, address: null, instances: 30 }];
  return {
    rows: rows.slice(query.start, query.start + query.count),
    start: query.start,
    matching: 1,
    total: 1,
    classes: 3,
    instances: 30,
    shallow: 480,
    filterError: null,
  };
}

export function fakeRootGroups(kind: string | null): RootEntry[] {
  const group = (root: string, of: number | null): RootEntry => ({
    line: "group",
    root,
    class: of === null ? null : classRef(of),
    roots: 61,
    objects: 60,
    shallow: 6_832,
    retained: 79_736,
  });
  return kind === null ? [group("Thread", null), group("JNI Global", null)] : [group(kind, 11)];
}

export function fakeSettings(): Setting[] {
  const setting = (name: string, value: string | null, source: Setting["source"]): Setting => ({
    source,
    name,
    value,
    object: value === null ? null : HOLDER,
    address: value === null ? null : addressOf(HOLDER),
  });
  return [
    setting("java.version", "17.0.9", "system"),
    setting("user.home", "/home/app", "system"),
    setting("odd", null, "system"),
    setting("PATH", "/usr/bin", "environment"),
  ];
}
