/**
 * The page's side of the engine: starts the worker, speaks to it through Comlink, and survives its death.
 * When the worker crashes, every open question answers with kind "crashed" and the next `open` gets a new worker.
 */
import * as Comlink from "comlink";
import { crashError, describe, isCrash, isEngineError, type MemoryAtEnd } from "./crash";
import type { Answer, DumpFacts, Engine, EngineError, PhaseName, Progress } from "./protocol";
import { forEachQuestion, type LongWork } from "./questions";

/** How long a load may go on after a cancel before its worker is ended. */
export const HARD_CANCEL_MS = 400;

const CANCELLED: EngineError = {
  kind: "cancelled",
  message: "The load was cancelled.",
  offset: null,
  advice: null,
};

interface Running {
  worker: Worker;
  remote: Comlink.Remote<Engine>;
  /** Rejects with an EngineError when the worker dies; never resolves. */
  death: Promise<never>;
  die: (error: EngineError) => void;
  /** Whether a dump was opened in it: its memory has grown, and never shrinks. */
  used: boolean;
  /** What it is doing while it loads. */
  phase: PhaseName | null;
}

type OnEnd = (which: Running, message: string, memory: MemoryAtEnd | null) => void;

/** Starts a worker; `onEnd` hears of its death. */
function startWorker(spawn: () => Worker, onEnd: OnEnd): Running {
  const worker = spawn();
  let die: (error: EngineError) => void = () => {};
  const death = new Promise<never>((_, reject) => {
    die = reject;
  });
  death.catch(() => {});
  const remote = Comlink.wrap<Engine>(worker);
  const mine: Running = { worker, remote, death, die, used: false, phase: null };
  worker.addEventListener("error", (event) => onEnd(mine, event.message, null));
  worker.addEventListener("messageerror", () => onEnd(mine, "a message could not be read", null));
  worker.addEventListener("message", (event: MessageEvent<unknown>) => {
    if (isCrash(event.data)) onEnd(mine, event.data.message, event.data.memory ?? null);
  });
  return mine;
}

type Opening = (remote: Comlink.Remote<Engine>) => Promise<Answer<DumpFacts>>;

/** Opens in a worker, noting what it is doing. */
async function openIn(
  mine: Running,
  ask: (call: Opening) => Promise<Answer<DumpFacts>>,
  [file, options, onProgress]: Parameters<Engine["open"]>,
): Promise<Answer<DumpFacts>> {
  mine.used = true;
  const report = (progress: Progress) => {
    mine.phase = progress.phase;
    onProgress(progress);
  };
  const answer = await ask((remote) => remote.open(file, options, Comlink.proxy(report)));
  mine.phase = null;
  return answer;
}

type Ask = <T>(call: (remote: Comlink.Remote<Engine>) => Promise<Answer<T>>) => Promise<Answer<T>>;
/** Work that reports progress, and the ways to stop it. */
function longWork(
  ask: Ask,
  current: () => Comlink.Remote<Engine> | undefined,
): Pick<Engine, LongWork> {
  return {
    growForest: (onProgress) => ask((remote) => remote.growForest(Comlink.proxy(onProgress))),
    dropForest: async () => current()?.dropForest(),
    runQuery: (request, onProgress) =>
      ask((remote) => remote.runQuery(request, Comlink.proxy(onProgress))),
    stopQuery: async (request) => current()?.stopQuery(request),
    survey: (topic, onProgress) => ask((remote) => remote.survey(topic, Comlink.proxy(onProgress))),
    stopSurveys: async () => current()?.stopSurveys(),
    outside: () => ask((remote) => remote.outside()),
    report: (format, withContent, onProgress) =>
      ask((remote) => remote.report(format, withContent, Comlink.proxy(onProgress))),
  };
}

/** An engine in a worker. `onCrash` is called once per crash. */
export function createClient(spawn: () => Worker, onCrash: (error: EngineError) => void): Engine {
  let running: Running | null = null;
  let cancelling: Promise<void> | null = null;

  function start(): Running {
    running ??= startWorker(spawn, crash);
    return running;
  }

  function crash(which: Running, message: string, memory: MemoryAtEnd | null): void {
    if (running !== which) return;
    const error = crashError(message, which.phase, memory);
    end(error);
    onCrash(error);
  }

  function end(error: EngineError): void {
    running?.worker.terminate();
    running?.die(error);
    running = null;
  }

  async function stop(): Promise<void> {
    const mine = running;
    if (mine === null) return;
    const timer = setTimeout(() => {
      // A step that does not end cannot hear the cancel: end its worker instead.
      if (running === mine) end(CANCELLED);
    }, HARD_CANCEL_MS);
    await Promise.race([mine.remote.cancel(), mine.death]).catch(() => {});
    clearTimeout(timer);
  }

  async function ask<T>(
    call: (remote: Comlink.Remote<Engine>) => Promise<Answer<T>>,
  ): Promise<Answer<T>> {
    const { remote, death } = start();
    try {
      return await Promise.race([call(remote), death]);
    } catch (reason) {
      return { ok: false, error: isEngineError(reason) ? reason : crashError(describe(reason)) };
    }
  }

  const whenRunning: typeof ask = (call) =>
    running === null
      ? Promise.resolve({ ok: false, error: crashError("the engine is not running") })
      : ask(call);
  const questions = forEachQuestion(
    (name) =>
      (...args) =>
        whenRunning((remote) =>
          (remote[name] as (...args: unknown[]) => Promise<Answer<unknown>>)(...args),
        ),
  );

  return {
    ...questions,
    async open(...args: Parameters<Engine["open"]>) {
      await cancelling;
      // Only the end of a worker gives the memory back that a dump took.
      if (running?.used === true) end(CANCELLED);
      return openIn(start(), ask, args);
    },
    cancel() {
      cancelling ??= stop().finally(() => {
        cancelling = null;
      });
      return cancelling;
    },
    ...longWork(whenRunning, () => running?.remote),
    async sample() {
      const { remote, death } = start();
      return Promise.race([remote.sample(), death]);
    },
  };
}
