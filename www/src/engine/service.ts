/** The engine's service over the wasm session: answers and errors become data, one load at a time. */
import { describe, isEngineError, type MemoryAtEnd } from "./crash";
import { nextTask, runLoad, runSteps } from "./loop";
import type {
  Answer,
  DumpFacts,
  Engine,
  EngineError,
  ForestFacts,
  ForestProgress,
  OpenOptions,
  OutsideReport,
  Progress,
  QueryFacts,
  QueryProgress,
  ReportFormat,
  RowsStep,
  SurveyProgress,
  SurveyTopic,
} from "./protocol";
import { forEachQuestion } from "./questions";
import type { RustModule, RustSession } from "./session-api";

const CANCELLED: EngineError = {
  kind: "cancelled",
  message: "The work was cancelled.",
  offset: null,
  advice: null,
};
const NOTHING_OPEN: EngineError = {
  kind: "notFound",
  message: "No dump is open.",
  offset: null,
  advice: null,
};

type OnCrash = (message: string, memory: MemoryAtEnd | null) => void;

/**
 * Makes the service. `load` is called once, with the first call that needs the module. `onCrash` hears of every
 * exception that is not an error of the protocol: a trap, after which the module's memory cannot be trusted.
 */
export function createService(load: () => Promise<RustModule>, onCrash: OnCrash): Engine {
  const loads = new Loads(load, onCrash);
  return {
    ...forEachQuestion(
      (name) =>
        (...args) =>
          // The session's methods take what the engine's take: see RustSession.
          loads.attempt(() =>
            (loads.current()[name] as (...args: unknown[]) => unknown).apply(loads.current(), args),
          ),
    ),
    open: (file, options, onProgress) => loads.open(file, options, onProgress),
    cancel: () => loads.cancel(),
    sample: () => loads.sample(),
    growForest: (onProgress) => loads.growForest(onProgress),
    dropForest: () => loads.dropForest(),
    runQuery: (request, onProgress) => loads.runQuery(request, onProgress),
    stopQuery: (request) => loads.stopQuery(request),
    contents: (id, query) => {
      // The engine goes through one collection at a time.
      const order = JSON.stringify([id, query.key, query.descending]);
      return loads.rows("contents", order, (session) => session.contents(id, query));
    },
    queryWindow: (window) => {
      const { request, parent, sort, filters } = window;
      const order = JSON.stringify([sort, filters]);
      return loads.rows(`${parent} ${request}`, order, (session) => session.queryWindow(window));
    },
    dominatedRows: (parent, query) => {
      const order = JSON.stringify([query.sort, query.filter]);
      return loads.rows(`${parent}`, order, (session) => session.dominatedRows(parent, query));
    },
    survey: (topic, onProgress) => loads.survey(topic, onProgress),
    stopSurveys: () => loads.stopSurveys(),
    outside: () => loads.outside(),
    report: (format, withContent, onProgress) => loads.report(format, withContent, onProgress),
  };
}

/** The module, the session that is open, and whose turn it is. */
class Loads {
  private module: Promise<RustModule> | null = null;
  private session: RustSession | null = null;
  /** Grows with every load and cancel: a load whose turn is over stops at its next step. */
  private turn = 0;
  /** The same for the forest: two at a time would only take turns. */
  private forestTurn = 0;
  /** Questions being worked out, and whose turn each is. */
  private readonly queryTurns = new Map<string, symbol>();
  /** Lists that are being put into an order, and which. */
  private readonly orders = new Map<string, string>();
  /** Grows when surveys are to stop. */
  private surveyTurn = 0;
  private readonly load: () => Promise<RustModule>;
  private readonly onCrash: OnCrash;

  constructor(load: () => Promise<RustModule>, onCrash: OnCrash) {
    this.load = load;
    this.onCrash = onCrash;
  }

  async open(
    file: File,
    options: OpenOptions,
    onProgress: (progress: Progress) => void,
  ): Promise<Answer<DumpFacts>> {
    const mine = ++this.turn;
    const { Session } = await this.rust();
    if (mine !== this.turn) return { ok: false, error: CANCELLED };
    this.drop();
    const answer = await this.attempt(async () => {
      const opened = new Session(file, options.dump, options.sizeModel, options.memory);
      this.session = opened;
      const finished = await runLoad(opened, file, () => mine !== this.turn, onProgress);
      if (!finished) throw CANCELLED;
      return opened.facts();
    });
    // A load that failed leaves nothing to ask; one that was overtaken was dropped by its successor.
    if (!answer.ok && mine === this.turn) this.drop();
    return answer;
  }

  cancel(): Promise<void> {
    this.turn++;
    this.drop();
    return Promise.resolve();
  }

  async sample(): Promise<File> {
    const { exampleDump } = await this.rust();
    return new File([exampleDump()], "example.hprof", { lastModified: 0 });
  }

  growForest(onProgress: (progress: ForestProgress) => void): Promise<Answer<ForestFacts>> {
    const [dump, mine] = [this.turn, ++this.forestTurn];
    return this.attempt(async () => {
      const session = this.current();
      const overtaken = () => dump !== this.turn || mine !== this.forestTurn;
      const last = await runSteps(() => session.growForest(), overtaken, onProgress);
      if (last === null || last.facts === null) throw CANCELLED;
      return last.facts;
    });
  }

  dropForest(): Promise<void> {
    this.forestTurn++;
    this.session?.dropForest();
    return Promise.resolve();
  }

  runQuery(
    request: string,
    onProgress: (progress: QueryProgress) => void,
  ): Promise<Answer<QueryFacts>> {
    const [dump, mine] = [this.turn, Symbol(request)];
    this.queryTurns.set(request, mine);
    return this.attempt(async () => {
      const session = this.current();
      const overtaken = () => dump !== this.turn || this.queryTurns.get(request) !== mine;
      const last = await runSteps(() => session.runQuery(request), overtaken, onProgress);
      if (last === null || last.facts === null) throw CANCELLED;
      this.queryTurns.delete(request);
      return last.facts;
    });
  }

  stopQuery(request: string): Promise<void> {
    this.queryTurns.delete(request);
    this.session?.stopQuery(request);
    return Promise.resolve();
  }

  /** Works out rows; gives up when the list is asked for in another order, because nobody looks at this one then. */
  rows<W>(
    list: string,
    order: string,
    step: (session: RustSession) => Pick<RowsStep<W>, "done" | "window">,
  ): Promise<Answer<W>> {
    const dump = this.turn;
    return this.attempt(async () => {
      const session = this.current();
      const first = step(session);
      // Rows of an order that is kept overtake nothing.
      if (first.window !== null) return first.window;
      this.orders.set(list, order);
      const overtaken = () => {
        const now = this.orders.get(list);
        return dump !== this.turn || (now !== undefined && now !== order);
      };
      try {
        for (;;) {
          await nextTask();
          if (overtaken()) throw CANCELLED;
          const { window } = step(session);
          if (window !== null) return window;
        }
      } finally {
        if (this.orders.get(list) === order) this.orders.delete(list);
      }
    });
  }

  survey(
    topic: SurveyTopic,
    onProgress: (progress: SurveyProgress) => void,
  ): Promise<Answer<null>> {
    return this.attempt(async () => {
      await this.workOut(topic, onProgress);
      return null;
    });
  }

  /** The steps of a survey; the session that it is of. */
  private async workOut(
    topic: SurveyTopic,
    onProgress: (progress: SurveyProgress) => void,
  ): Promise<RustSession> {
    const [dump, mine, session] = [this.turn, this.surveyTurn, this.current()];
    const stopped = () => dump !== this.turn || mine !== this.surveyTurn;
    if ((await runSteps(() => session.survey(topic), stopped, onProgress)) === null)
      throw CANCELLED;
    return session;
  }

  outside(): Promise<Answer<OutsideReport>> {
    return this.attempt(async () => (await this.workOut("outside", () => {})).outside());
  }

  report(
    format: ReportFormat,
    withContent: boolean,
    onProgress: (progress: SurveyProgress) => void,
  ): Promise<Answer<string>> {
    return this.attempt(async () => {
      try {
        await this.workOut("outside", onProgress);
      } catch (reason) {
        // A dump that was analysed in part has a report, too: without what lies outside the heap.
        if (!isEngineError(reason) || reason.kind === "cancelled") throw reason;
      }
      return this.current().report(format, withContent);
    });
  }

  stopSurveys(): Promise<void> {
    this.surveyTurn++;
    return Promise.resolve();
  }

  current(): RustSession {
    if (this.session === null) throw NOTHING_OPEN;
    return this.session;
  }

  /** Runs and turns an error of the protocol into data. */
  async attempt<T>(run: () => T | Promise<T>): Promise<Answer<T>> {
    try {
      return { ok: true, value: await run() };
    } catch (reason) {
      if (isEngineError(reason)) return { ok: false, error: reason };
      this.onCrash(describe(reason), await this.memory());
      throw reason;
    }
  }

  private drop(): void {
    this.session?.free();
    this.session = null;
  }

  private rust(): Promise<RustModule> {
    this.module ??= this.load().catch((reason: unknown) => {
      this.onCrash(describe(reason), null);
      throw reason;
    });
    return this.module;
  }

  /** What can still be told of the memory after a trap. */
  private async memory(): Promise<MemoryAtEnd | null> {
    try {
      const { Session, memoryGrown } = await this.rust();
      const [used, limit] = [Session.memoryUsed(), Session.memoryLimit()];
      return { used, limit, grown: memoryGrown() };
    } catch {
      return null;
    }
  }
}
