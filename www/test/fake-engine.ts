/**
 * A test double of the engine: rich, plausible answers without wasm, for unit tests and for `vite dev` with `?fake`.
 * Variants: ?fake=loading (stops in the middle), ?fake=healthy, ?fake=broken, ?fake=truncated, ?fake=several.
 */
import type {
  Answer,
  DumpFacts,
  Engine,
  EngineError,
  ForestFacts,
  ForestProgress,
  HistogramQuery,
  HistogramRow,
  HistogramWindow,
  OpenOptions,
  OutsideReport,
  Progress,
  QueryFacts,
  QueryProgress,
  QueryWindow,
  QueryWindowRequest,
  QuestionFacts,
  ReportFormat,
  SearchHit,
  SideAnswer,
  Standing,
  SuspectReport,
  Verdict,
} from "../src/engine/protocol";
import { PHASES } from "../src/state/phases";
import { CANCELLED, fail, ok, page, pause } from "./fake-answers";
import { addressOf, DEAD_TREES, FIRST_GARBAGE, indexOf, MIB, row } from "./fake-heap";
import { factsOf, progressAt } from "./fake-load";
import { nothingOutside, outsideReport, sideAnswer } from "./fake-outside";
import { answerOf, QUESTIONS, windowOf } from "./fake-queries";
import { FakeSurveys } from "./fake-surveys";
import { calmReport, calmVerdict, leakReport, leakVerdict } from "./fake-suspects";
import { calmIcicle, histogramRows, histogramWindow, icicleCells } from "./fake-tables";

export type Variant = "leak" | "loading" | "healthy" | "broken" | "truncated" | "several";

const NOT_A_DUMP: EngineError = {
  kind: "notHprof",
  message: 'This is not a heap dump: the file starts with "PK\\x03\\x04", a zip archive.',
  offset: 0,
  advice: "Unpack the archive and open the .hprof file in it.",
};

export class FakeEngine extends FakeSurveys implements Engine {
  private cancelled = false;
  private loaded = false;

  private readonly variant: Variant;
  constructor(variant: Variant = "leak", stepMs = 0) {
    super(stepMs);
    this.variant = variant;
  }

  async open(
    file: File,
    options: OpenOptions,
    onProgress: (progress: Progress) => void,
  ): Promise<Answer<DumpFacts>> {
    this.cancelled = false;
    this.loaded = false;
    this.forest = false;
    this.surveyed.clear();
    const fileBytes = file.size > MIB ? file.size : 351_272_960;
    for (const [i, phase] of PHASES.entries()) {
      for (let k = 0; k <= 10; k++) {
        if (this.cancelled) return fail(CANCELLED);
        onProgress(progressAt(i, phase, k / 10, PHASES.length, fileBytes));
        if (this.variant === "loading" && i === 2 && k === 4)
          await new Promise<void>((resolve) => this.onCancel.push(resolve));
        if (this.stepMs > 0) await pause(this.stepMs);
      }
      if (this.variant === "broken") return fail(NOT_A_DUMP);
    }
    this.loaded = true;
    return this.facts(file.name, fileBytes, options.dump);
  }

  private readonly onCancel: (() => void)[] = [];

  cancel(): Promise<void> {
    this.cancelled = true;
    for (const resolve of this.onCancel.splice(0)) resolve();
    return Promise.resolve();
  }

  sample(): Promise<File> {
    return Promise.resolve(new File(["JAVA PROFILE 1.0.2\0"], "example.hprof"));
  }

  facts(
    fileName = "websocket_5k.hprof",
    fileBytes = 351_272_960,
    dump = 1,
  ): Promise<Answer<DumpFacts>> {
    const dumps = this.variant === "several" ? 3 : 1;
    return ok(factsOf({ fileName, fileBytes, dump, dumps }, this.variant === "truncated"));
  }

  suspects(): Promise<Answer<SuspectReport>> {
    return ok(this.variant === "healthy" ? calmReport() : leakReport());
  }

  verdict(): Promise<Answer<Verdict>> {
    return ok(this.variant === "healthy" ? calmVerdict() : leakVerdict());
  }

  outside(): Promise<Answer<OutsideReport>> {
    return ok(this.variant === "healthy" ? nothingOutside() : outsideReport());
  }

  compareTexts(texts: readonly string[]): Promise<Answer<SideAnswer[]>> {
    return ok(texts.map(sideAnswer));
  }

  report(format: ReportFormat, withContent: boolean): Promise<Answer<string>> {
    return ok(`a report as ${format}, contents ${withContent ? "included" : "left out"}`);
  }

  icicle(root: number | null) {
    return ok(this.variant === "healthy" && root === null ? calmIcicle() : icicleCells(root));
  }

  histogram(query: HistogramQuery): Promise<Answer<HistogramWindow>> {
    return ok(histogramWindow(query, histogramRows(this.loaded)));
  }

  unreachableHistogram(query: HistogramQuery): Promise<Answer<HistogramWindow>> {
    const rows = histogramRows(true).filter((r) => r.unreachable > 0);
    const dead = (r: HistogramRow) => ({
      ...r,
      instances: r.unreachable,
      shallow: r.unreachableShallow,
      retained: this.forest ? r.unreachableShallow : null,
    });
    return ok(histogramWindow(query, rows.map(dead)));
  }

  /** Whether the forest of unreachable objects is worked out. */
  private forest = false;
  private forestTurn = 0;

  async growForest(onProgress: (progress: ForestProgress) => void): Promise<Answer<ForestFacts>> {
    const mine = ++this.forestTurn;
    const phases = ["collect", "connect", "roots", "dominators", "retained", "classes"] as const;
    for (const [i, phase] of phases.entries()) {
      onProgress({ phase, step: i + 1, steps: phases.length, done: 1, total: 2 });
      await pause(this.stepMs);
      if (mine !== this.forestTurn) return fail(CANCELLED);
    }
    this.forest = true;
    return ok({
      objects: DEAD_TREES * 4,
      bytes: DEAD_TREES * row(FIRST_GARBAGE).retained,
      top: DEAD_TREES,
      unreferenced: DEAD_TREES - 3,
      cycles: 2,
      engineBytes: 480,
    });
  }

  dropForest(): Promise<void> {
    this.forestTurn++;
    this.forest = false;
    return Promise.resolve();
  }

  forestTop(start: number, count: number) {
    const standing = (i: number) =>
      i === 1 ? "shared" : i === 2 || i === 5 ? "cycle" : "unreferenced";
    return ok(
      page(
        DEAD_TREES,
        (i) => ({ ...row(FIRST_GARBAGE + i), standing: standing(i) as Standing }),
        start,
        count,
      ),
    );
  }

  questions(): Promise<Answer<QuestionFacts[]>> {
    return ok(QUESTIONS);
  }

  runQuery(
    request: string,
    onProgress: (progress: QueryProgress) => void,
  ): Promise<Answer<QueryFacts>> {
    onProgress({ phase: "work", done: 1, total: 2 });
    const answer = answerOf(request);
    return "kind" in answer ? fail(answer) : ok(answer);
  }

  stopQuery(): Promise<void> {
    return Promise.resolve();
  }

  queryWindow(window: QueryWindowRequest): Promise<Answer<QueryWindow>> {
    return ok(windowOf(window));
  }

  search(text: string, limit: number): Promise<Answer<SearchHit[]>> {
    const id = indexOf(text);
    if (id !== null)
      return ok([
        { kind: "object", class: null, object: id, text: row(id).name, detail: addressOf(id) },
      ]);
    const hits = histogramRows(true).filter((r) =>
      r.name.toLowerCase().includes(text.toLowerCase()),
    );
    return ok(
      hits.slice(0, limit).map((r) => ({
        kind: "class",
        class: r.class,
        object: null,
        text: r.name,
        detail: `${r.instances.toLocaleString("en-US")} objects`,
      })),
    );
  }
}
