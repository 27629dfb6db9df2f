import { useState } from "preact/hooks";
import { RouteLink } from "../../components/RouteLink";
import { Surveyed } from "../../components/Surveyed";
import { Switch } from "../../components/Switch";
import { toast } from "../../components/Toast";
import { plural, visibleText } from "../../lib/format";
import { saveFile } from "../../lib/save";
import { type Route, STACKS, THREADS, threadRoute } from "../../state/route";
import { engine, useAnswer } from "../../state/session";
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
  const [busy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    const parts: string[] = [];
    for (let start = 0; start < total; start += STEP) {
      const answer = await engine().stackTexts(start, STEP);
      if (!answer.ok) {
        toast("The stacks could not be read");
        setBusy(false);
        return;
      }
      parts.push(answer.value);
    }
    saveFile(new Blob(parts, { type: "text/plain" }), "threads.txt");
    toast(`${plural(total, "stack")} saved`);
    setBusy(false);
  };
  return (
    <button
      type="button"
      class="button"
      disabled={busy || total === 0}
      title="All stacks as jstack writes them, in the order of the dump."
      onClick={() => void save()}
    >
      Save all stacks as text
    </button>
  );
}
