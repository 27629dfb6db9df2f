import { signal } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";
import type { QuestionFacts } from "../../engine/protocol";
import { visibleText } from "../../lib/format";
import { requestText } from "../../lib/request";
import { type AskedSet, askedSet, rememberedSet } from "../../state/queries";
import { navigate, queryRoute } from "../../state/route";
import { selectedSince, useAnswer } from "../../state/session";
import { Dialog } from "../Dialog";
import { matchesWords } from "../Palette/items";
import { toast } from "../Toast";
import { Combine } from "./Combine";
import { combine, type How, withRetained } from "./combination";
import { byGroup } from "./groups";
import "./Ask.css";

const asking = signal<AskedSet | null>(null);

/** Asks which question to ask about what is selected. */
export function openAsk(): void {
  asking.value = askedSet.value;
  if (asking.value === null) toast("Select an object, a class or a row first");
}

/** The menu of a row: selects it, and once it is selected asks what to ask about it. */
export function askAboutRow(event: MouseEvent, selectIt: (then: () => void) => void): void {
  event.preventDefault();
  const selected = selectedSince();
  selectIt(() => {
    // The question is never about what was selected before.
    if (selected()) openAsk();
    else toast("Nothing can be asked about this row");
  });
}

/** The questions that can be asked about a set. */
export function Ask() {
  const about = asking.value;
  return about === null ? null : <AskAbout about={about} />;
}

const close = () => {
  asking.value = null;
};

function AskAbout({ about }: { about: AskedSet }) {
  const [text, setText] = useState("");
  const [retained, setRetained] = useState(false);
  const [how, setHow] = useState<How>("alone");
  const [chosen, setChosen] = useState(0);
  const { value } = useAnswer((engine) => engine.questions(), []);
  const combined = combine(about, rememberedSet.value, how);
  const asked = retained ? withRetained(combined) : combined;
  const questions = byGroup((value ?? []).filter((question) => fits(question, text)));
  const flat = questions.flatMap((group) => group.questions);
  const at = Math.min(chosen, flat.length - 1);
  const choose = (question: QuestionFacts | undefined) => {
    if (question === undefined) return;
    close();
    navigate(queryRoute(requestText({ name: question.name, of: asked.set, arguments: {} })));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") setChosen(Math.min(at + 1, flat.length - 1));
    else if (event.key === "ArrowUp") setChosen(Math.max(at - 1, 0));
    else if (event.key === "Enter") choose(flat[at]);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog label="Ask about the selection" kind="ask" onClose={close}>
      <p class="ask-about">
        Ask about <bdi class="mono">{visibleText(combined.label, 240)}</bdi>
      </p>
      <label
        class="ask-retained"
        title="Ask about all that would be freed if these objects were gone."
      >
        <input
          type="checkbox"
          checked={retained}
          onChange={(event) => setRetained(event.currentTarget.checked)}
        />{" "}
        and all that would go with it
      </label>
      <Combine about={about} asked={asked} how={how} onHow={setHow} onClose={close} />
      <input
        type="text"
        class="palette-input"
        placeholder="Which question"
        aria-label="Which question"
        role="combobox"
        aria-expanded="true"
        aria-controls="ask-list"
        aria-activedescendant={flat.length > 0 ? `ask-${at}` : undefined}
        autocomplete="off"
        spellcheck={false}
        autofocus
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setChosen(0);
        }}
        onKeyDown={onKeyDown}
      />
      <Options groups={questions} flat={flat} at={at} onChoose={choose} />
    </Dialog>
  );
}

/** The questions under their headings; the field above has the keyboard. */
function Options(props: {
  groups: ReturnType<typeof byGroup>;
  flat: readonly QuestionFacts[];
  at: number;
  onChoose: (question: QuestionFacts) => void;
}) {
  const { flat, at } = props;
  const list = useRef<HTMLDivElement>(null);
  useEffect(
    () => list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" }),
    [at],
  );
  return (
    <div class="ask-list scroll" id="ask-list" role="listbox" aria-label="Questions" ref={list}>
      {props.groups.map(({ group, title, questions }) => (
        <div key={group} role="group" aria-label={title}>
          <p class="ask-group" aria-hidden="true">
            {title}
          </p>
          {questions.map((question) => (
            <div
              key={question.name}
              id={`ask-${flat.indexOf(question)}`}
              role="option"
              tabIndex={-1}
              aria-selected={question === flat[at]}
              class="ask-option"
              onClick={() => props.onChoose(question)}
            >
              <span>{question.title}</span>
              <span class="soft">{question.about}</span>
            </div>
          ))}
        </div>
      ))}
      {flat.length === 0 && <p class="soft">No such question.</p>}
    </div>
  );
}

function fits(question: QuestionFacts, text: string): boolean {
  const typed = text.trim().toLowerCase();
  return question.of !== "heap" && (typed === "" || matchesWords(question.title, typed));
}
