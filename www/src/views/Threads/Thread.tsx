import { useMemo } from "preact/hooks";
import { copyAndTell } from "../../components/Copy";
import { Count, Size } from "../../components/Figures";
import { JavaNameText, ObjectLink } from "../../components/ObjectLink";
import { RouteLink } from "../../components/RouteLink";
import { ErrorPanel } from "../../components/States";
import { Surveyed } from "../../components/Surveyed";
import { type TreeColumn, TreeTable } from "../../components/TreeTable";
import type { TreeSource } from "../../components/TreeTableModel";
import type { StackEntry, ThreadDetails, ThreadRow } from "../../engine/protocol";
import { plural, visibleName, visibleText } from "../../lib/format";
import { definition } from "../../lib/glossary";
import { type Route, THREADS } from "../../state/route";
import { engine, epoch, select, useAnswer } from "../../state/session";
import { Marks } from "../ObjectView/Marks";
import { openClass, openObject } from "../ObjectView/objectColumns";
import { kindText, threadName } from "./ThreadTable";
import "../Histogram/Histogram.css";
import "./Threads.css";

type ThreadRoute = Extract<Route, { view: "thread" }>;

/** One thread: what it is, its stack, and what each frame's local variables keep alive. */
export function Thread({ route: place }: { route: ThreadRoute }) {
  return (
    <section class="view-table" aria-labelledby="thread-title">
      <Surveyed topic="threads">{() => <Found place={place.place} />}</Surveyed>
    </section>
  );
}

function Found({ place }: { place: string }) {
  const answer = useAnswer((ask) => ask.threadAt(place), [place]);
  if (answer.error !== null) {
    return (
      <>
        <Head title="Thread" />
        <ErrorPanel error={answer.error}>
          <RouteLink class="clip" to={THREADS}>
            All threads
          </RouteLink>
        </ErrorPanel>
      </>
    );
  }
  if (answer.value === null) return null;
  return <Known of={answer.value} />;
}

function Head({ title, failed = false }: { title: string; failed?: boolean }) {
  return (
    <header class="view-head">
      <h1 id="thread-title" tabIndex={-1} class={failed ? "hot" : undefined}>
        {title}
      </h1>
      <p class="soft">
        <RouteLink class="clip" to={THREADS}>
          All threads
        </RouteLink>
      </p>
    </header>
  );
}

function Known({ of }: { of: ThreadDetails }) {
  const { thread } = of;
  const key = `${epoch.value} ${thread.thread}`;
  const source = useMemo<TreeSource<StackEntry> & { key: string }>(
    () => ({
      key,
      children: (parent, start, count) => {
        if (parent === null) return engine().threadFrames(thread.thread, start, count);
        const frame = parent.line === "frame" ? parent.frame : null;
        return engine().frameLocals(thread.thread, frame, start, count);
      },
      keyOf: (row) => (row.line === "frame" ? `f${row.frame}` : `o${row.object}`),
      expandable: (row) => row.line === "frame" && row.locals > 0,
    }),
    [key],
  );
  return (
    <>
      <Head title={threadName(thread)} failed={thread.failed} />
      <Facts of={of} />
      <TreeTable
        label="Stack"
        columns={COLUMNS}
        source={source}
        noun={["line", "lines"]}
        onSelect={(row) => {
          if (row.line === "local") select(row);
          else if (row.class !== null) select(row.class);
        }}
        onOpen={(row) => {
          if (row.line === "local") openObject(row);
          else if (row.class !== null) openClass(row.class);
        }}
        memory={`thread ${thread.row?.address ?? thread.trace}`}
        autoFocus
        empty={
          <p class="soft">
            {of.entries === 0
              ? "The dump holds no stack of this thread: it was not running Java code, or the dump ends before it."
              : "…"}
          </p>
        }
      />
    </>
  );
}

function Facts({ of: { thread, sameStack } }: { of: ThreadDetails }) {
  const facts: [label: string, hint: string, value: preact.ComponentChild][] = [
    ["State", "Thread.State when the dump was taken, and how it waits.", thread.stateText],
    ["Kind", "Daemon threads do not keep the JVM from ending.", kindText(thread)],
    ["Retained", definition("retained"), <Size key="s" bytes={thread.row?.retained ?? null} />],
    ["Shallow", definition("shallow"), <Size key="s" bytes={thread.row?.shallow ?? null} />],
    ["Number", "Thread.getId().", thread.id === null ? "–" : `#${thread.id}`],
    ["Priority", "1 to 10.", String(thread.priority ?? "–")],
    ["Group", "Thread group.", visibleText(thread.group ?? "–", 60)],
  ];
  if (thread.loader !== null) {
    const { address, name } = thread.loader;
    facts.push([
      "Context loader",
      "Context class loader: of which application the thread is.",
      <RouteLink class="clip" key="l" to={{ view: "object", address }}>
        {visibleName(name)}
      </RouteLink>,
    ]);
  }
  if (thread.row !== null)
    facts.push(["Object", definition("address"), <ObjectLink key="o" row={thread.row} short />]);
  return (
    <>
      <dl class="thread-facts">
        {facts.map(([label, hint, value]) => (
          <div key={label} title={hint}>
            <dt>{label}</dt>
            <dd class="num">{value}</dd>
          </div>
        ))}
      </dl>
      <div class="threads-line">
        {thread.failed && (
          <p class="hot">It was throwing OutOfMemoryError when the dump was taken.</p>
        )}
        <p class="soft num">
          {plural(thread.frames, "frame")}, {plural(thread.locals, "local variable")}
          {sameStack > 1 && (
            <>
              {" · "}
              <RouteLink class="clip" to={{ ...THREADS, filter: { stack: String(thread.stack) } }}>
                {plural(sameStack, "thread")} with this stack
              </RouteLink>
            </>
          )}
        </p>
        <CopyStack of={thread} />
      </div>
    </>
  );
}

function CopyStack({ of }: { of: ThreadRow }) {
  const copy = async () => {
    const answer = await engine().stackTexts(of.thread, 1);
    if (answer.ok) await copyAndTell(answer.value, "Stack copied");
  };
  return (
    <button
      type="button"
      class="button"
      title="The stack as jstack writes it."
      onClick={() => void copy()}
    >
      Copy stack
    </button>
  );
}

const FRAME_RETAINED =
  "Of a frame: bytes that its local variables alone keep alive, the thread itself apart; what they hold together counts once. Of a local variable: its retained size.";

const COLUMNS: readonly TreeColumn<StackEntry>[] = [
  {
    key: "entry",
    title: "Frame and local variables",
    hint: "The stack, the top first. Below each frame: the objects that its local variables refer to, the largest first.",
    width: 260,
    grow: 3,
    cell: (row) =>
      row.line === "frame" ? (
        <span
          class={row.platform ? "frame-text soft" : "frame-text frame-own"}
          title={visibleName(row.method ?? row.text)}
        >
          {row.frame === null ? (
            "Not of one frame"
          ) : (
            <JavaNameText name={visibleName(row.text.slice(0, row.text.indexOf("(")))} />
          )}
          {row.frame !== null && visibleName(row.text.slice(row.text.indexOf("(")))}
        </span>
      ) : (
        <>
          <ObjectLink row={row} tabIndex={-1} />
          <Marks row={row} />
        </>
      ),
    text: (row) =>
      row.line === "frame"
        ? visibleName(row.text)
        : `<local> ${visibleName(row.name)} @ ${row.address}`,
  },
  {
    key: "locals",
    title: "Locals",
    hint: "Different objects that the local variables of the frame refer to.",
    numeric: true,
    width: 64,
    hideBelow: 420,
    cell: (row) => {
      if (row.line !== "frame") return null;
      return row.locals === 0 ? <span class="muted">–</span> : <Count of={row.locals} />;
    },
    text: (row) => (row.line === "frame" ? String(row.locals) : ""),
  },
  {
    key: "shallow",
    title: "Shallow",
    hint: definition("shallow"),
    numeric: true,
    width: 84,
    hideBelow: 560,
    cell: (row) => (row.line === "local" ? <Size bytes={row.shallow} /> : null),
    text: (row) => (row.line === "local" ? String(row.shallow) : ""),
  },
  {
    key: "retained",
    title: "Retained",
    hint: FRAME_RETAINED,
    numeric: true,
    width: 110,
    grow: 0.5,
    cell: (row) =>
      row.line === "frame" && row.locals === 0 ? (
        <span class="muted">–</span>
      ) : (
        <Size bytes={row.retained} />
      ),
    text: (row) => String(row.retained ?? ""),
  },
];
