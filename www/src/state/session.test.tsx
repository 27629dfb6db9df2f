import { act, cleanup, render } from "@testing-library/preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeEngine } from "../../test/fake-engine";
import { row } from "../../test/fake-heap";
import type { Answer, Engine, Incomplete, OpenOptions } from "../engine/protocol";
import { navigate, OVERVIEW, objectRoute, route } from "./route";
import {
  cancelLoad,
  engineCrashed,
  error,
  facts,
  lacks,
  openDump,
  type Pending,
  phase,
  progress,
  provideEngine,
  recent,
  remember,
  reopen,
  reset,
  select,
  selection,
  useAnswer,
} from "./session";

const dump = (name: string) => new File(["JAVA PROFILE 1.0.2"], name, { lastModified: 1 });

beforeEach(() => {
  provideEngine(new FakeEngine());
  reset();
});
afterEach(cleanup);

describe("a load", () => {
  it("goes from empty through loading to ready", async () => {
    const loading = openDump(dump("a.hprof"));
    expect(phase.value).toBe("loading");
    await loading;
    expect(phase.value).toBe("ready");
    expect(facts.value?.fileName).toBe("a.hprof");
    expect(progress.value).toBeNull();
  });

  it("keeps the place on a first load and on the same file, leaves it for another", async () => {
    navigate(objectRoute("0xca691770"));
    await openDump(dump("a.hprof"));
    expect(route.value.view).toBe("object");
    await openDump(dump("a.hprof"));
    expect(route.value.view).toBe("object");
    await openDump(dump("b.hprof"));
    expect(route.value).toEqual(OVERVIEW);
  });

  it("that fails says why", async () => {
    provideEngine(new FakeEngine("broken"));
    await openDump(dump("a.zip"));
    expect(phase.value).toBe("failed");
    expect(error.value?.kind).toBe("notHprof");
  });

  it("that is cancelled leads back to the start", async () => {
    provideEngine(new FakeEngine("loading"));
    const loading = openDump(dump("a.hprof"));
    await vi.waitFor(() => expect(progress.value?.phase).toBe("link"));
    await cancelLoad();
    await loading;
    expect(phase.value).toBe("empty");
  });

  it("that is overtaken by another does not touch the newer one", async () => {
    provideEngine(new FakeEngine("loading"));
    const first = openDump(dump("a.hprof"));
    provideEngine(new FakeEngine());
    await openDump(dump("b.hprof"));
    expect(facts.value?.fileName).toBe("b.hprof");
    void first;
    expect(phase.value).toBe("ready");
  });

  it("forgets the selection of the dump before", async () => {
    await openDump(dump("a.hprof"));
    select(row(3));
    remember(row(3));
    await openDump(dump("b.hprof"));
    expect(selection.value).toBeNull();
    expect(recent.value).toEqual([]);
  });
});

describe("a dump for which memory did not suffice", () => {
  const incomplete: Incomplete = {
    phase: "dominators",
    memory: { needed: 2e9, atMost: 5e9, free: 1e9, limit: 4e9 },
    missing: ["dominators", "classRetained", "paths", "suspects"],
    message: "Computing the dominator tree needs more",
    advice: null,
  };
  class Small extends FakeEngine {
    options: OpenOptions[] = [];
    override async open(...args: Parameters<Engine["open"]>) {
      this.options.push(args[1]);
      const answer = await super.open(...args);
      return answer.ok ? { ok: true as const, value: { ...answer.value, incomplete } } : answer;
    }
  }

  it("opens on what there is", async () => {
    provideEngine(new Small());
    navigate(OVERVIEW);
    await openDump(dump("a.hprof"));
    expect(phase.value).toBe("ready");
    expect(route.value.view).toBe("histogram");
    expect(lacks("dominators")).toBe(true);
    expect(lacks("references")).toBe(false);
  });

  it("is tried again as it was asked for", async () => {
    const engine = new Small();
    provideEngine(engine);
    await openDump(dump("a.hprof"), { dump: 2, sizeModel: "mat" });
    await reopen();
    await reopen({ dump: 1 });
    expect(engine.options.map(({ dump, sizeModel }) => [dump, sizeModel])).toEqual([
      [2, "mat"],
      [2, "mat"],
      [1, "mat"],
    ]);
  });
});

describe("a crash", () => {
  it("shows what happened", async () => {
    await openDump(dump("a.hprof"));
    engineCrashed({ kind: "crashed", message: "unreachable", offset: null, advice: null });
    expect(phase.value).toBe("failed");
    expect(error.value?.message).toBe("unreachable");
  });
});

describe("objects looked at", () => {
  it("are listed once, latest first", () => {
    for (const i of [1, 2, 3, 2]) remember(row(i));
    expect(recent.value.map((r) => r.object)).toEqual([2, 3, 1]);
  });
});

describe("useAnswer", () => {
  const waiting: ((answer: Answer<string>) => void)[] = [];
  let seen: Pending<string>;
  const ask = () => new Promise<Answer<string>>((resolve) => waiting.push(resolve));
  function Probe({ question, nothing = false }: { question: string; nothing?: boolean }) {
    seen = useAnswer<string>((_: Engine) => (nothing ? null : ask()), [question, nothing]);
    return null;
  }
  beforeEach(() => {
    waiting.length = 0;
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("gives the answer", async () => {
    render(<Probe question="a" />);
    await act(async () => waiting[0]?.({ ok: true, value: "A" }));
    expect(seen).toEqual({ value: "A", error: null, pending: false, stale: false });
  });

  it("says that it waits only after 300 ms", async () => {
    render(<Probe question="a" />);
    await act(() => void vi.advanceTimersByTime(299));
    expect(seen.pending).toBe(false);
    await act(() => void vi.advanceTimersByTime(1));
    expect(seen.pending).toBe(true);
  });

  it("drops answers to older questions, whatever their order", async () => {
    const { rerender } = render(<Probe question="a" />);
    rerender(<Probe question="b" />);
    await act(async () => waiting[1]?.({ ok: true, value: "B" }));
    await act(async () => waiting[0]?.({ ok: true, value: "A" }));
    expect(seen.value).toBe("B");
  });

  it("keeps the older answer, marked stale, until the newer is there", async () => {
    const { rerender } = render(<Probe question="a" />);
    await act(async () => waiting[0]?.({ ok: true, value: "A" }));
    await act(() => rerender(<Probe question="b" />));
    expect(seen).toMatchObject({ value: "A", stale: true });
  });

  it("gives errors as data, a crash too", async () => {
    render(<Probe question="a" />);
    await act(async () =>
      waiting[0]?.({
        ok: false,
        error: { kind: "notFound", message: "gone", offset: null, advice: null },
      }),
    );
    expect(seen.error?.kind).toBe("notFound");
  });

  it("with nothing to ask is at rest", async () => {
    await act(() => void render(<Probe question="a" nothing />));
    expect(seen).toEqual({ value: null, error: null, pending: false, stale: false });
  });
});
