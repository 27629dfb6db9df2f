/**
 * The page's side of the engine: starts the worker, speaks to it through Comlink, and survives its death.
 * When the worker crashes, every open question answers with kind "crashed" and the next `open` gets a new worker.
 */
import * as Comlink from "comlink";
import { describe, isCrash, isEngineError } from "./crash";
import type { Answer, Engine, EngineError, OpenOptions, Progress } from "./protocol";
import { forEachQuestion } from "./questions";

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
}

/** An engine in a worker. `onCrash` is called once per crash. */
export function createClient(spawn: () => Worker, onCrash: (error: EngineError) => void): Engine {
  let running: Running | null = null;
  let cancelling: Promise<void> | null = null;

  function start(): Running {
    if (running !== null) return running;
    const worker = spawn();
    let reject: (error: EngineError) => void = () => {};
    const death = new Promise<never>((_, no) => {
      reject = no;
    });
    death.catch(() => {});
    const mine: Running = { worker, remote: Comlink.wrap<Engine>(worker), death, die: reject };
    worker.addEventListener("error", (event) => crash(mine, event.message));
    worker.addEventListener("messageerror", () => crash(mine, "a message could not be read"));
    worker.addEventListener("message", (event: MessageEvent<unknown>) => {
      if (isCrash(event.data)) crash(mine, event.data.message);
    });
    running = mine;
    return mine;
  }

  function crash(which: Running, message: string): void {
    if (running !== which) return;
    const error = crashError(message);
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

  const questions = forEachQuestion(
    (name) =>
      (...args) =>
        running === null
          ? Promise.resolve({ ok: false, error: crashError("the engine is not running") })
          : ask((remote) =>
              (remote[name] as (...args: unknown[]) => Promise<Answer<unknown>>)(...args),
            ),
  );

  return {
    ...questions,
    async open(file: File, options: OpenOptions, onProgress: (progress: Progress) => void) {
      await cancelling;
      return ask((remote) => remote.open(file, options, Comlink.proxy(onProgress)));
    },
    cancel() {
      cancelling ??= stop().finally(() => {
        cancelling = null;
      });
      return cancelling;
    },
    async sample() {
      const { remote, death } = start();
      return Promise.race([remote.sample(), death]);
    },
  };
}

function crashError(message: string): EngineError {
  // A failed allocation and a failed check look alike from here: both end in a trap.
  return {
    kind: "crashed",
    message: `The engine stopped: ${message}.`,
    offset: null,
    advice:
      "Either this dump needs more than the 4 GiB that a browser gives to WebAssembly, or this is a bug. " +
      "Close other tabs and open it again; if it happens again, please report the details.",
  };
}
