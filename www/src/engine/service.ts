/** The engine's service over the wasm session: answers and errors become data, one load at a time. */
import { describe, isEngineError } from "./crash";
import { runLoad } from "./loop";
import type { Answer, DumpFacts, Engine, EngineError, OpenOptions, Progress } from "./protocol";
import type { Query, RustModule, RustSession } from "./session-api";

const CANCELLED: EngineError = { kind: "cancelled", message: "The load was cancelled.", offset: null, advice: null };
const NOTHING_OPEN: EngineError = { kind: "notFound", message: "No dump is open.", offset: null, advice: null };

/**
 * Makes the service. `load` is called once, with the first call that needs the module. `onCrash` hears of every
 * exception that is not an error of the protocol: a trap, after which the module's memory cannot be trusted.
 */
export function createService(load: () => Promise<RustModule>, onCrash: (message: string) => void): Engine {
  let module: Promise<RustModule> | null = null;
  let session: RustSession | null = null;
  let turn = 0;
  const rust = () => {
    module ??= load().catch((reason: unknown) => {
      onCrash(describe(reason));
      throw reason;
    });
    return module;
  };
  const drop = () => {
    session?.free();
    session = null;
  };

  /** Runs and turns an error of the protocol into data. */
  async function attempt<T>(run: () => T | Promise<T>): Promise<Answer<T>> {
    try {
      return { ok: true, value: await run() };
    } catch (reason) {
      if (isEngineError(reason)) return { ok: false, error: reason };
      onCrash(describe(reason));
      throw reason;
    }
  }

  async function open(file: File, options: OpenOptions, onProgress: (progress: Progress) => void): Promise<Answer<DumpFacts>> {
    const mine = ++turn;
    const { Session } = await rust();
    if (mine !== turn) return { ok: false, error: CANCELLED };
    drop();
    const answer = await attempt(async () => {
      const opened = new Session(file, options.dump, options.sizeModel);
      session = opened;
      const finished = await runLoad(opened, () => mine !== turn, onProgress);
      if (!finished) throw CANCELLED;
      return opened.facts();
    });
    // A load that failed leaves nothing to ask; one that was overtaken was dropped by its successor.
    if (!answer.ok && mine === turn) drop();
    return answer;
  }

  function cancel(): Promise<void> {
    turn++;
    drop();
    return Promise.resolve();
  }

  async function sample(): Promise<File> {
    const { Session } = await rust();
    return new File([Session.sampleDump()], "example.hprof", { lastModified: 0 });
  }

  function query<Q extends Query>(name: Q): Engine[Q] {
    const run = (...args: unknown[]) =>
      attempt(() => {
        if (session === null) throw NOTHING_OPEN;
        // The session's methods take what the engine's take: see RustSession.
        return (session[name] as (...args: unknown[]) => unknown)(...args);
      });
    return run as unknown as Engine[Q];
  }

  return {
    open,
    cancel,
    sample,
    facts: query("facts"),
    suspects: query("suspects"),
    icicle: query("icicle"),
    histogram: query("histogram"),
    classDetails: query("classDetails"),
    instances: query("instances"),
    dominated: query("dominated"),
    object: query("object"),
    resolve: query("resolve"),
    elements: query("elements"),
    pathToRoot: query("pathToRoot"),
    dominatorPath: query("dominatorPath"),
    outbound: query("outbound"),
    inbound: query("inbound"),
    search: query("search"),
  };
}
