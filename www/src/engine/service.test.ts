import { beforeEach, describe, expect, it, vi } from "vitest";
import type {
  EngineError,
  ForestProgress,
  Progress,
  QueryWindowRequest,
  SurveyProgress,
  SurveyTopic,
} from "./protocol";
import { createService } from "./service";
import type { RustModule } from "./session-api";

const OPTIONS = { dump: 1, sizeModel: "calibrated" } as const;
const file = new File(["x"], "a.hprof");
const error = (kind: EngineError["kind"]): EngineError => ({
  kind,
  message: kind,
  offset: 7,
  advice: null,
});

/** A session of `steps` steps whose methods can be replaced. */
class Rust {
  static made: Rust[] = [];
  static steps = 3;
  static failAt = Number.POSITIVE_INFINITY;
  static memoryUsed = () => 60;
  static memoryLimit = () => 64;
  static forestSteps = 3;
  static contentsSteps = 3;
  static surveySteps = 4;
  /** Whether memory sufficed for a part of the analysis only. */
  static partial = false;
  static rowSteps = 3;
  /** Steps taken by order. */
  readonly rows = new Map<string, number>();
  taken = 0;
  surveyed = 0;
  grown = 0;
  looked = 0;
  freed = false;
  args: unknown[];

  constructor(...args: unknown[]) {
    this.args = args;
    Rust.made.push(this);
  }
  wanted() {
    if (this.freed) throw new Error("used after free");
    return [];
  }
  step() {
    if (this.freed) throw new Error("used after free");
    if (this.taken === Rust.failAt) throw error("read");
    this.taken++;
    return {
      done: this.taken >= Rust.steps,
      progress: { phase: "scan", done: this.taken } as unknown as Progress,
    };
  }
  growForest() {
    if (this.freed) throw new Error("used after free");
    this.grown++;
    const done = this.grown >= Rust.forestSteps;
    return {
      done,
      progress: { phase: "roots", done: this.grown } as unknown as ForestProgress,
      facts: done ? { objects: 9 } : null,
    };
  }
  dropForest() {
    this.grown = 0;
  }
  contents(id: number) {
    const done = ++this.looked >= Rust.contentsSteps;
    return { done, window: done ? { total: id } : null };
  }
  survey(phase: SurveyTopic) {
    if (this.freed) throw new Error("used after free");
    if (Rust.partial) throw error("notComputed");
    this.surveyed++;
    const progress: SurveyProgress = { phase, done: this.surveyed, total: 4 };
    return { done: this.surveyed >= Rust.surveySteps, progress };
  }
  outside() {
    return { steps: this.surveyed };
  }
  report(format: string, withContent: boolean) {
    return `${format} ${withContent} after ${this.surveyed} steps`;
  }
  queryWindow(window: QueryWindowRequest) {
    if (this.freed) throw new Error("used after free");
    const order = JSON.stringify(window.sort);
    const taken = (this.rows.get(order) ?? 0) + 1;
    this.rows.set(order, taken);
    const done = taken >= Rust.rowSteps;
    return {
      done,
      progress: { phase: "order" as const, done: taken, total: 9 },
      window: done ? { order } : null,
    };
  }
  facts() {
    return { fileName: (this.args[0] as File).name };
  }
  search(text: string, limit: number) {
    if (text === "bad") throw error("notFound");
    if (text === "trap") throw new WebAssembly.RuntimeError("unreachable");
    return [text, limit];
  }
  free() {
    this.freed = true;
  }
}

const module = {
  Session: Rust,
  exampleDump: () => new Uint8Array([1, 2, 3]),
  memoryGrown: () => 80,
} as unknown as RustModule;
const onCrash = vi.fn();
const service = () => createService(() => Promise.resolve(module), onCrash);

beforeEach(() => {
  Rust.made = [];
  Rust.steps = 3;
  Rust.forestSteps = 3;
  Rust.surveySteps = 4;
  Rust.partial = false;
  Rust.rowSteps = 3;
  Rust.failAt = Number.POSITIVE_INFINITY;
  onCrash.mockClear();
});

describe("the service", () => {
  it("opens to facts and answers questions with the session's arguments", async () => {
    const engine = service();
    const seen: number[] = [];
    expect(await engine.open(file, OPTIONS, (p) => void seen.push(p.done))).toMatchObject({
      ok: true,
      value: { fileName: "a.hprof" },
    });
    expect(seen.at(-1)).toBe(3);
    expect(Rust.made[0]?.args).toEqual([file, 1, "calibrated", undefined]);
    expect(await engine.search("Foo", 5)).toEqual({ ok: true, value: ["Foo", 5] });
  });

  it("hands a limit of memory on", async () => {
    await service().open(file, { ...OPTIONS, memory: 2 ** 26 }, () => {});
    expect(Rust.made[0]?.args).toEqual([file, 1, "calibrated", 2 ** 26]);
  });

  it("answers errors of the engine as data", async () => {
    const engine = service();
    await engine.open(file, OPTIONS, () => {});
    expect(await engine.search("bad", 1)).toEqual({ ok: false, error: error("notFound") });
    expect(onCrash).not.toHaveBeenCalled();
  });

  it("says that nothing is open", async () => {
    expect(await service().facts()).toMatchObject({ ok: false, error: { kind: "notFound" } });
  });

  it("tells a trap to the page", async () => {
    const engine = service();
    await engine.open(file, OPTIONS, () => {});
    await expect(engine.search("trap", 1)).rejects.toThrow("unreachable");
    const memory = { used: 60, limit: 64, grown: 80 };
    expect(onCrash).toHaveBeenCalledWith("RuntimeError: unreachable", memory);
  });

  it("tells that the module could not be loaded", async () => {
    const engine = createService(() => Promise.reject(new Error("no wasm")), onCrash);
    await expect(engine.open(file, OPTIONS, () => {})).rejects.toThrow("no wasm");
    expect(onCrash).toHaveBeenCalledTimes(1);
  });

  it("a cancel frees the session and ends the load", async () => {
    Rust.steps = Number.POSITIVE_INFINITY;
    const engine = service();
    const opening = engine.open(file, OPTIONS, () => {});
    await vi.waitFor(() => expect(Rust.made[0]?.taken).toBeGreaterThan(1));
    await engine.cancel();
    expect(await opening).toMatchObject({ ok: false, error: { kind: "cancelled" } });
    expect(Rust.made[0]?.freed).toBe(true);
  });

  it("a new load drops the old one, finished or not", async () => {
    Rust.steps = Number.POSITIVE_INFINITY;
    const engine = service();
    const first = engine.open(file, OPTIONS, () => {});
    await vi.waitFor(() => expect(Rust.made[0]?.taken).toBeGreaterThan(1));
    Rust.steps = 3;
    const second = await engine.open(new File(["y"], "b.hprof"), OPTIONS, () => {});
    expect(second).toMatchObject({ ok: true, value: { fileName: "b.hprof" } });
    expect(await first).toMatchObject({ ok: false, error: { kind: "cancelled" } });
    expect(Rust.made.map((each) => each.freed)).toEqual([true, false]);
  });

  it("a dump that cannot be read leaves nothing half open", async () => {
    const engine = service();
    Rust.failAt = 1;
    expect(await engine.open(file, OPTIONS, () => {})).toMatchObject({
      ok: false,
      error: { kind: "read", offset: 7 },
    });
    expect(Rust.made[0]?.freed).toBe(true);
    expect(await engine.facts()).toMatchObject({ ok: false, error: { kind: "notFound" } });
  });

  it("composes the example", async () => {
    const sample = await service().sample();
    expect([sample.name, sample.size]).toEqual(["example.hprof", 3]);
  });
});

describe("the forest of unreachable objects", () => {
  const opened = async () => {
    const engine = service();
    await engine.open(file, OPTIONS, () => {});
    return engine;
  };

  it("is stepped until it is ready", async () => {
    const engine = await opened();
    const seen: number[] = [];
    const answer = await engine.growForest((progress) => void seen.push(progress.done));
    expect(answer).toEqual({ ok: true, value: { objects: 9 } });
    expect(seen.at(-1)).toBe(3);
  });

  it("stops between two steps, and its memory is given back", async () => {
    Rust.forestSteps = Number.POSITIVE_INFINITY;
    const engine = await opened();
    const growing = engine.growForest(() => {});
    await vi.waitFor(() => expect(Rust.made[0]?.grown).toBeGreaterThan(1));
    await engine.dropForest();
    expect(await growing).toMatchObject({ ok: false, error: { kind: "cancelled" } });
    expect(Rust.made[0]?.grown).toBe(0);
  });

  it("a new dump ends it before the old one is freed", async () => {
    Rust.forestSteps = Number.POSITIVE_INFINITY;
    const engine = await opened();
    const growing = engine.growForest(() => {});
    await vi.waitFor(() => expect(Rust.made[0]?.grown).toBeGreaterThan(1));
    await engine.open(new File(["y"], "b.hprof"), OPTIONS, () => {});
    expect(await growing).toMatchObject({ ok: false, error: { kind: "cancelled" } });
    expect(onCrash).not.toHaveBeenCalled();
  });

  it("needs a dump", async () => {
    expect(await service().growForest(() => {})).toMatchObject({
      ok: false,
      error: { kind: "notFound" },
    });
  });
});

describe("the contents of a collection", () => {
  const opened = async () => {
    const engine = service();
    await engine.open(file, OPTIONS, () => {});
    return engine;
  };
  const by = (start: number) => ({ key: "index", descending: true, start, count: 10 }) as const;

  it("are asked for until they are there", async () => {
    Rust.contentsSteps = 3;
    const engine = await opened();
    expect(await engine.contents(5, by(0))).toEqual({ ok: true, value: { total: 5 } });
    expect(Rust.made[0]?.looked).toBe(3);
  });

  it("are given up for those of another collection, but not for more rows of the same", async () => {
    Rust.contentsSteps = Number.POSITIVE_INFINITY;
    const engine = await opened();
    const first = engine.contents(5, by(0));
    const more = engine.contents(5, by(10));
    await vi.waitFor(() => expect(Rust.made[0]?.looked).toBeGreaterThan(4));
    const other = engine.contents(6, by(0));
    expect(await first).toMatchObject({ ok: false, error: { kind: "cancelled" } });
    expect(await more).toMatchObject({ ok: false, error: { kind: "cancelled" } });
    Rust.contentsSteps = 0;
    expect(await other).toEqual({ ok: true, value: { total: 6 } });
  });
});

describe("a report", () => {
  const opened = async () => {
    const engine = service();
    await engine.open(file, OPTIONS, () => {});
    return engine;
  };

  it("is made once what lies outside the heap was worked out, step by step", async () => {
    const engine = await opened();
    const seen: number[] = [];
    const answer = await engine.report("md", true, ({ done }) => void seen.push(done));
    expect(answer).toEqual({ ok: true, value: "md true after 4 steps" });
    expect(seen.at(-1)).toBe(4);
  });

  it("shares that with the view of what lies outside the heap", async () => {
    const engine = await opened();
    expect(await engine.outside()).toEqual({ ok: true, value: { steps: 4 } });
  });

  it("is given up between two steps", async () => {
    Rust.surveySteps = Number.POSITIVE_INFINITY;
    const engine = await opened();
    const made = engine.report("html", false, () => {});
    await vi.waitFor(() => expect(Rust.made[0]?.surveyed).toBeGreaterThan(1));
    await engine.stopSurveys();
    expect(await made).toMatchObject({ ok: false, error: { kind: "cancelled" } });
  });

  it("is made of a dump that was analysed in part, too", async () => {
    Rust.partial = true;
    const engine = await opened();
    const answer = await engine.report("html", false, () => {});
    expect(answer).toEqual({ ok: true, value: "html false after 0 steps" });
    expect(await engine.outside()).toMatchObject({ ok: false, error: { kind: "notComputed" } });
  });
});

describe("rows of an answer", () => {
  const opened = async () => {
    const engine = service();
    await engine.open(file, OPTIONS, () => {});
    return engine;
  };
  const rows = (column: number, more: Partial<QueryWindowRequest> = {}): QueryWindowRequest => ({
    request: "objects",
    parent: null,
    sort: { column, descending: true },
    filters: [],
    start: 0,
    count: 10,
    ...more,
  });
  const inOrder = (column: number) => ({
    ok: true,
    value: { order: JSON.stringify({ column, descending: true }) },
  });

  it("are stepped until they are there, pages of one order side by side", async () => {
    const engine = await opened();
    const both = await Promise.all([engine.queryWindow(rows(1)), engine.queryWindow(rows(1))]);
    expect(both).toEqual([inOrder(1), inOrder(1)]);
  });

  it("are given up when the list is asked for in another order", async () => {
    const engine = await opened();
    Rust.rowSteps = 50;
    const first = engine.queryWindow(rows(1));
    const below = engine.queryWindow(rows(1, { parent: 4 }));
    const second = engine.queryWindow(rows(2));
    expect(await first).toMatchObject({ ok: false, error: { kind: "cancelled" } });
    expect(await second).toEqual(inOrder(2));
    expect(await below).toEqual(inOrder(1));
  });

  it("that are there at once overtake nothing", async () => {
    const engine = await opened();
    Rust.rowSteps = 50;
    Rust.made[0]?.rows.set(JSON.stringify({ column: 3, descending: true }), 100);
    const slow = engine.queryWindow(rows(1));
    expect(await engine.queryWindow(rows(3))).toEqual(inOrder(3));
    expect(await slow).toEqual(inOrder(1));
  });

  it("end when another dump is opened", async () => {
    const engine = await opened();
    Rust.rowSteps = Number.POSITIVE_INFINITY;
    const slow = engine.queryWindow(rows(1));
    await engine.open(new File(["y"], "b.hprof"), OPTIONS, () => {});
    expect(await slow).toMatchObject({ ok: false, error: { kind: "cancelled" } });
  });
});
