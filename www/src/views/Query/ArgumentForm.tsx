import { useEffect, useId, useRef, useState } from "preact/hooks";
import type { Parameter, QuestionFacts } from "../../engine/protocol";
import { type RequestParts, requestText } from "../../lib/request";
import { navigate, queryRoute } from "../../state/route";

/** Whether a request says all that its question must be told. */
export function isComplete(question: QuestionFacts, parts: RequestParts): boolean {
  if (question.of === "givenSet" && parts.of === null) return false;
  return missing(question, parts) === undefined;
}

/** The first parameter that must be told and is not. */
function missing(question: QuestionFacts, parts: RequestParts): Parameter | undefined {
  return question.parameters.find(
    ({ name, kind, default: usual }) =>
      kind === "pattern" && (parts.arguments[name] ?? usual).trim() === "",
  );
}

/** What a question can be told. Choices hold at once, texts with Enter. */
export function ArgumentForm({
  question,
  parts,
}: {
  question: QuestionFacts;
  parts: RequestParts;
}) {
  const [typed, setTyped] = useState(parts.arguments);
  if (question.parameters.length === 0) return null;
  const ask = (args: Record<string, string>) => {
    const given = Object.entries(args).filter(
      ([name, value]) => value !== question.parameters.find((p) => p.name === name)?.default,
    );
    navigate(queryRoute(requestText({ ...parts, arguments: Object.fromEntries(given) })), {
      replace: isComplete(question, parts),
    });
  };
  const hasText = question.parameters.some(({ kind }) => isTyped(kind));
  const wanted = missing(question, parts);
  return (
    <form
      class="query-form"
      onSubmit={(event) => {
        event.preventDefault();
        ask(typed);
      }}
    >
      {question.parameters.map((parameter) => (
        <Argument
          key={parameter.name}
          of={parameter}
          wanted={parameter === wanted}
          value={typed[parameter.name] ?? parameter.default}
          onType={(value) => setTyped({ ...typed, [parameter.name]: value })}
          onChoose={(value) => ask({ ...typed, [parameter.name]: value })}
        />
      ))}
      {hasText && (
        <button type="submit" class="button primary">
          Ask <kbd>Enter</kbd>
        </button>
      )}
    </form>
  );
}

const isTyped = (kind: Parameter["kind"]): boolean =>
  kind === "pattern" || kind === "optionalPattern" || kind === "number";

function Argument(props: {
  of: Parameter;
  /** Whether the question waits for this one: typing begins here. */
  wanted: boolean;
  value: string;
  onType: (value: string) => void;
  onChoose: (value: string) => void;
}) {
  const { of, value } = props;
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  // On arrival only: whoever has gone to another field stays there.
  useEffect(() => {
    if (props.wanted) field.current?.focus();
  }, []);
  const { kind } = of;
  return (
    <span class="query-argument" title={of.hint}>
      <label for={id}>{of.title}</label>
      {typeof kind === "object" ? (
        <select id={id} value={value} onChange={(e) => props.onChoose(e.currentTarget.value)}>
          {kind.choice.map(({ name, title }) => (
            <option key={name} value={name}>
              {title}
            </option>
          ))}
        </select>
      ) : kind === "flag" ? (
        <input
          id={id}
          type="checkbox"
          checked={value === "yes"}
          onChange={(e) => props.onChoose(e.currentTarget.checked ? "yes" : "no")}
        />
      ) : (
        <input
          id={id}
          type="text"
          class={kind === "number" ? "query-number" : "query-text"}
          value={value}
          placeholder={kind === "number" ? "10K" : "text or /regex/"}
          autocomplete="off"
          spellcheck={false}
          ref={field}
          onInput={(e) => props.onType(e.currentTarget.value)}
        />
      )}
    </span>
  );
}
