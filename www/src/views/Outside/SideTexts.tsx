import { useMemo, useRef, useState } from "preact/hooks";
import { DataTable } from "../../components/DataTable";
import type { Column } from "../../components/DataTableColumns";
import { ErrorPanel } from "../../components/States";
import type { Answer, Comparison, Engine, SideAnswer, SideKind } from "../../engine/protocol";
import { formatBytes, formatCount, visibleText } from "../../lib/format";
import { addFiles, addText, notice } from "../../state/files";
import { epoch, useAnswer } from "../../state/session";
import { pastedName, removeText, type SideText, sideTexts } from "../../state/sideTexts";
import { listSource } from "../ObjectView/objectColumns";

/** Texts about the same process, each beside what the heap explains of it. */
export function SideTexts() {
  const texts = sideTexts.value;
  const { value: answers, error } = useAnswer(
    (ask) => (texts.length === 0 ? null : compared(ask, texts)),
    [texts],
  );
  return (
    <section class="side-texts" aria-labelledby="side-title">
      <h2 id="side-title">Beside what the process says</h2>
      {error !== null && <ErrorPanel error={error} />}
      {texts.map((text) => (
        <OneText key={text.id} text={text} answer={answers?.get(text.id) ?? null} />
      ))}
      <AddText />
    </section>
  );
}

/** What the heap says to each text, by the id of the text: those shown may be others by then. */
async function compared(
  ask: Engine,
  texts: readonly SideText[],
): Promise<Answer<ReadonlyMap<number, SideAnswer>>> {
  const answer = await ask.compareTexts(texts.map(({ text }) => text));
  if (!answer.ok) return answer;
  const pairs = answer.value.flatMap((each, i): [number, SideAnswer][] => {
    const text = texts[i];
    return text === undefined ? [] : [[text.id, each]];
  });
  return { ok: true, value: new Map(pairs) };
}

const KINDS: Record<SideKind, string> = {
  nativeMemory: "Native memory tracking",
  classHistogram: "Class histogram",
  threadDump: "Thread dump",
  smaps: "Memory map (smaps)",
  unknown: "Not recognised",
};

function OneText({ text: { id, name }, answer }: { text: SideText; answer: SideAnswer | null }) {
  return (
    <article class="side-text">
      <p class="side-head">
        <b class="strong">{answer === null ? "Reading…" : KINDS[answer.kind]}</b>{" "}
        <span class="muted">{visibleText(name, 120)}</span>{" "}
        <button type="button" class="link" onClick={() => removeText(id)}>
          Remove
        </button>
      </p>
      {answer !== null && <p class="soft">{visibleText(answer.summary, 1000)}</p>}
      {answer !== null && answer.rows.length > 0 && <Figures id={id} answer={answer} />}
    </article>
  );
}

function Figures({ id, answer }: { id: number; answer: SideAnswer }) {
  const key = `${epoch.value}:side:${id}`;
  const source = useMemo(() => listSource<Comparison, string>(key, answer.rows), [key, answer]);
  return (
    <DataTable
      label={`${KINDS[answer.kind]} beside the heap`}
      columns={COLUMNS}
      source={source}
      noun={["row", "rows"]}
      maxRows={10}
    />
  );
}

const figure = (row: Comparison, value: number): string =>
  row.unit === "bytes" ? formatBytes(value) : formatCount(value);

const explained = (row: Comparison): string =>
  row.explained === null
    ? "not known"
    : `${row.isEstimate ? "about " : ""}${figure(row, row.explained)}`;

/** What is left when the heap's share is taken away. */
const rest = (row: Comparison): string => {
  const left = row.told - (row.explained ?? 0);
  return left < 0 ? `−${figure(row, -left)}` : figure(row, left);
};

const COLUMNS: Column<Comparison, string>[] = [
  {
    key: "what",
    title: "What",
    hint: "As the text names it.",
    width: 140,
    grow: 1.5,
    cell: (row) => <span class="clip">{visibleText(row.what, 200)}</span>,
    text: (row) => visibleText(row.what),
  },
  {
    key: "told",
    title: "The text says",
    hint: "Bytes that are committed or in memory, or a count.",
    numeric: true,
    width: 110,
    cell: (row) => figure(row, row.told),
    text: (row) => String(row.told),
  },
  {
    key: "explained",
    title: "The heap explains",
    hint: "What objects in the dump account for. The dump may be older or younger than the text.",
    numeric: true,
    width: 130,
    cell: explained,
    text: (row) => String(row.explained ?? ""),
  },
  {
    key: "rest",
    title: "Unexplained",
    hint: "The difference: the JVM's own memory, free heap, or what native code allocated.",
    numeric: true,
    width: 110,
    cell: rest,
    text: (row) => String(row.told - (row.explained ?? 0)),
  },
  {
    key: "note",
    title: "What it is",
    hint: "What the difference is.",
    width: 120,
    grow: 3,
    hideBelow: 760,
    cell: (row) => (
      <span class="clip soft" title={row.note}>
        {row.note}
      </span>
    ),
    text: (row) => row.note,
  },
];

function AddText() {
  const [text, setText] = useState("");
  const picker = useRef<HTMLInputElement>(null);
  const add = () => {
    if (text.trim() === "") return;
    notice.value = null;
    if (addText([{ name: pastedName(), text }]) === 0) setText("");
  };
  return (
    <div class="side-add">
      <p class="soft">
        Drop here or paste the text of <code>jcmd PID VM.native_memory summary</code>,{" "}
        <code>jcmd PID GC.class_histogram</code>, <code>jcmd PID Thread.print</code> or{" "}
        <code>/proc/PID/smaps</code> of the same process. It stays in this tab.
      </p>
      <textarea
        aria-label="Text of jcmd or smaps"
        rows={2}
        spellcheck={false}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <span class="side-buttons">
        <button type="button" class="button" disabled={text.trim() === ""} onClick={add}>
          Compare
        </button>
        <button type="button" class="link" onClick={() => picker.current?.click()}>
          Choose files
        </button>
      </span>
      <input
        ref={picker}
        hidden
        multiple
        type="file"
        aria-label="Text files"
        onChange={(event) => {
          const input = event.currentTarget;
          if (input.files) void addFiles(Array.from(input.files));
          input.value = "";
        }}
      />
    </div>
  );
}
