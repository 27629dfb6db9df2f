import * as Comlink from "comlink";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { FakeEngine } from "../../test/fake-engine";
import { createClient, HARD_CANCEL_MS } from "./client";
import { CRASH } from "./crash";
import type { Engine } from "./protocol";

/** A worker that is only a message channel. */
class ChannelWorker extends EventTarget {
  readonly near: MessagePort;
  ended = false;
  private readonly far: MessagePort;

  constructor(engine: Engine | null) {
    super();
    const { port1, port2 } = new MessageChannel();
    this.near = port1;
    this.far = port2;
    port1.onmessage = (event) =>
      this.dispatchEvent(new MessageEvent("message", { data: event.data }));
    if (engine) Comlink.expose(engine, port2);
  }
  postMessage(message: unknown, transfer: Transferable[] = []) {
    if (!this.ended) this.near.postMessage(message, transfer);
  }
  say(message: unknown) {
    this.far.postMessage(message);
  }
  terminate() {
    this.ended = true;
    this.near.close();
  }
}

const OPTIONS = { dump: 1, sizeModel: "calibrated" } as const;
const file = () => new File(["JAVA PROFILE"], "a.hprof");
let spawned: ChannelWorker[] = [];
let behaviour: () => Engine | null;
const onCrash = vi.fn();
const client = () =>
  createClient(() => {
    const worker = new ChannelWorker(behaviour());
    spawned.push(worker);
    return worker as unknown as Worker;
  }, onCrash);

beforeEach(() => {
  spawned = [];
  behaviour = () => new FakeEngine();
  onCrash.mockClear();
});

describe("the client", () => {
  it("starts no worker before it is needed", async () => {
    const engine = client();
    expect(await engine.facts()).toMatchObject({ ok: false, error: { kind: "crashed" } });
    expect(spawned.length).toBe(0);
    expect(await engine.open(file(), OPTIONS, () => {})).toMatchObject({ ok: true });
    expect(spawned.length).toBe(1);
  });

  it("carries questions and answers", async () => {
    const engine = client();
    await engine.open(file(), OPTIONS, () => {});
    expect(await engine.suspects()).toEqual(await new FakeEngine().suspects());
    expect(await engine.resolve("0x1")).toMatchObject({ ok: false, error: { kind: "notFound" } });
  });

  it("answers every open question when the worker crashes, and starts a new one for the same file", async () => {
    behaviour = () => new FakeEngine("loading");
    const engine = client();
    const opening = engine.open(file(), OPTIONS, () => {});
    const asking = engine.facts();
    await asking;
    spawned[0]?.say({ type: CRASH, message: "RuntimeError: unreachable" });
    expect(await opening).toMatchObject({ ok: false, error: { kind: "crashed" } });
    expect(onCrash).toHaveBeenCalledTimes(1);
    expect(spawned[0]?.ended).toBe(true);
    behaviour = () => new FakeEngine();
    expect(await engine.open(file(), OPTIONS, () => {})).toMatchObject({ ok: true });
    expect(spawned.length).toBe(2);
  });

  it("hears of an error event too", async () => {
    behaviour = () => new FakeEngine("loading");
    const engine = client();
    const opening = engine.open(file(), OPTIONS, () => {});
    await vi.waitFor(() => expect(spawned.length).toBe(1));
    spawned[0]?.dispatchEvent(new ErrorEvent("error", { message: "out of memory" }));
    expect(await opening).toMatchObject({
      ok: false,
      error: { kind: "crashed", advice: expect.stringContaining("heapglass DUMP") },
    });
  });

  it("knows what the engine was doing, and tells want of memory from a bug", async () => {
    behaviour = () => new FakeEngine("loading");
    const engine = client();
    let reached = false;
    const opening = engine.open(file(), OPTIONS, (p) => {
      reached ||= p.phase === "link";
    });
    await vi.waitFor(() => expect(reached).toBe(true));
    const memory = { used: 60e6, limit: 64e6, grown: 70e6 };
    spawned[0]?.say({ type: CRASH, message: "RuntimeError: unreachable", memory });
    expect(await opening).toMatchObject({
      ok: false,
      error: { kind: "crashed", phase: "link", memory: { free: 4e6, limit: 64e6 } },
    });
  });

  it("opens every dump in a fresh worker and gives the memory of the old one back", async () => {
    const engine = client();
    await engine.sample();
    await engine.open(file(), OPTIONS, () => {});
    expect(spawned.map((worker) => worker.ended)).toEqual([false]);
    await engine.open(file(), OPTIONS, () => {});
    expect(spawned.map((worker) => worker.ended)).toEqual([true, false]);
    expect(await engine.facts()).toMatchObject({ ok: true });
    expect(onCrash).not.toHaveBeenCalled();
  });

  it("lets a load that was overtaken end as cancelled", async () => {
    behaviour = () => new FakeEngine("loading");
    const engine = client();
    const first = engine.open(file(), OPTIONS, () => {});
    await vi.waitFor(() => expect(spawned.length).toBe(1));
    behaviour = () => new FakeEngine();
    expect(await engine.open(file(), OPTIONS, () => {})).toMatchObject({ ok: true });
    expect(await first).toMatchObject({ ok: false, error: { kind: "cancelled" } });
  });

  it("cancels politely when the worker listens", async () => {
    behaviour = () => new FakeEngine("loading");
    const engine = client();
    let reached = false;
    const opening = engine.open(file(), OPTIONS, (p) => {
      reached ||= p.phase === "link";
    });
    await vi.waitFor(() => expect(reached).toBe(true));
    await engine.cancel();
    expect(await opening).toMatchObject({ ok: false, error: { kind: "cancelled" } });
    expect(spawned[0]?.ended).toBe(false);
  });

  it("ends a worker that does not listen", async () => {
    behaviour = () => null;
    const engine = client();
    const opening = engine.open(file(), OPTIONS, () => {});
    await vi.waitFor(() => expect(spawned.length).toBe(1));
    const started = performance.now();
    await engine.cancel();
    expect(performance.now() - started).toBeGreaterThan(HARD_CANCEL_MS * 0.9);
    expect(spawned[0]?.ended).toBe(true);
    expect(await opening).toMatchObject({ ok: false, error: { kind: "cancelled" } });
    expect(onCrash).not.toHaveBeenCalled();
  });
});
