import { RouteLink } from "../../components/RouteLink";
import { SaveButton } from "../../components/SaveButton";
import { Surveyed } from "../../components/Surveyed";
import { Switch } from "../../components/Switch";
import { tell } from "../../components/TextViewer/actions";
import { toast } from "../../components/Toast";
import { plural, visibleText } from "../../lib/format";
import { type OnShare, wholeBlobs } from "../../lib/pieces";
import { saveFile } from "../../lib/save";
import { type Route, STACKS, THREADS, threadRoute } from "../../state/route";
import { engine, useAnswer, whileThisDump } from "../../state/session";
import { StackTable } from "./StackTable";
import { ThreadTable } from "./ThreadTable";
import "../Histogram/Histogram.css";
import "./Threads.css";

type ThreadsRoute = Extract<Route, { view: "threads" | "stacks" }>;

/** All threads, platform and virtual: one by one, or those with the same stack as one row. */
export function Threads({ route: place }: { route: ThreadsRoute }) {
  return (
    <section class="view-table" aria-labelledby="threads-title">
      <header class="view-head">
        <h1 id="threads-title" tabIndex={-1}>
          Threads
        </h1>
        <Switch
          label="How threads are shown"
          here={place.view}
          ways={[
            { to: THREADS, label: "One by one", hint: "Every thread with what it retains." },
            {
              to: STACKS,
              label: "By stack",
              hint: "Threads with the same stack, frame by frame, are one row.",
            },
          ]}
        />
        <p class="soft">
          What every thread was doing, and what its stack keeps alive. Enter opens a thread with its
          local variables.
        </p>
      </header>
      <Surveyed topic="threads">
        {() => (
          <>
            <Line place={place} />
            {place.view === "threads" ? (
              <ThreadTable place={place} />
            ) : (
              <StackTable place={place} />
            )}
          </>
        )}
      </Surveyed>
    </section>
  );
}

/** How many there are, which one ran out of memory, and all of them as a file. */
function Line({ place }: { place: ThreadsRoute }) {
  const answer = useAnswer(
    (ask) => ask.threads({ filter: {}, sort: THREADS.sort, start: 0, count: 0 }),
    [],
  );
  const all = answer.value;
  if (all === null) return null;
  const stack = place.view === "threads" ? place.filter.stack : undefined;
  return (
    <div class="threads-line">
      <p class="soft num">
        {plural(all.total, "thread")}
        {all.virtualThreads > 0 && <>, of these {plural(all.virtualThreads, "virtual one")}</>}
        {stack !== undefined && (
          <>
            {" · "}only those with stack {visibleText(stack, 20)}.{" "}
            <RouteLink class="clip" to={THREADS}>
              Show all
            </RouteLink>
          </>
        )}
      </p>
      {all.failed !== null && <Failed thread={all.failed} />}
      <SaveAll total={all.total} />
    </div>
  );
}

/** The thread that was throwing `OutOfMemoryError`. */
function Failed({ thread }: { thread: number }) {
  // The first line of the survey's rows by number: the thread itself.
  const answer = useAnswer(
    (ask) =>
      ask.threads({
        filter: { thread: String(thread) },
        sort: { key: "thread", descending: false },
        start: 0,
        count: 1,
      }),
    [thread],
  );
  const row = answer.value?.rows[0];
  if (row === undefined) return null;
  return (
    <p class="hot">
      Out of memory in{" "}
      <RouteLink class="clip" to={threadRoute(row)}>
        {visibleText(row.name ?? "a thread", 80)}
      </RouteLink>
    </p>
  );
}

/** Threads whose stacks are asked for at a time: the engine stays free for other questions. */
const STEP = 500;

function SaveAll({ total }: { total: number }) {
  return (
    <SaveButton
      label="Save all stacks as text"
      title="All stacks as jstack writes them, in the order of the dump."
      class="button"
      disabled={total === 0}
      save={(onShare, stop) => saveStacks(total, onShare, stop)}
    />
  );
}

async function saveStacks(total: number, onShare: OnShare, stop: () => boolean): Promise<void> {
  const isSame = whileThisDump();
  const whole = await wholeBlobs(
    async (start) => {
      const answer = await engine().stackTexts(start, STEP);
      return answer.ok
        ? { ok: true, value: { text: answer.value, next: Math.min(total, start + STEP), total } }
        : answer;
    },
    ({ text }) => text,
    onShare,
    () => stop() || !isSame(),
  );
  if (!whole.ok) return tell(whole.error);
  saveFile(new Blob(whole.value, { type: "text/plain" }), "threads.txt");
  toast(`${plural(total, "stack")} saved`);
}
