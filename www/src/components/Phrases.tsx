import type { ObjectIndex, ObjectRow, Phrase } from "../engine/protocol";
import { visibleName } from "../lib/format";
import { classRoute, href, navigate, objectRoute } from "../state/route";
import { engine, remember, select } from "../state/session";
import { Breakable } from "./Breakable";
import { describeObject } from "./ObjectLink";
import { isPlainClick } from "./RouteLink";

/** A sentence that the engine built from runs of text and links. The culprit named `holder` leads to `culprit`. */
export function Phrases({
  of,
  holder,
  culprit = null,
}: {
  of: Phrase[];
  holder?: string;
  culprit?: ObjectRow | null;
}) {
  return (
    <>
      {of.map((phrase, i) => (
        <Run
          key={i}
          phrase={phrase}
          door={phrase.kind === "culprit" && phrase.text === holder ? culprit : null}
        />
      ))}
    </>
  );
}

/** Characters of a name that a sentence bears; the whole is the tooltip's. */
const MOST_NAMED = 120;

function Run({ phrase, door }: { phrase: Phrase; door: ObjectRow | null }) {
  const text = unbroken(visibleName(phrase.text, phrase.kind === "plain" ? 500 : MOST_NAMED));
  const cut = phrase.text.length > MOST_NAMED ? visibleName(phrase.text) : undefined;
  switch (phrase.kind) {
    case "plain":
      return <>{text}</>;
    case "strong":
      return <b class="strong">{text}</b>;
    case "culprit":
      return (
        <em class="culprit" title={cut}>
          {door === null ? (
            <Breakable text={text} />
          ) : (
            <a
              href={href(objectRoute(door.address))}
              title={describeObject(door)}
              onClick={(event) => openRow(event, door)}
            >
              <Breakable text={text} />
            </a>
          )}
        </em>
      );
    case "code":
      return (
        <code title={cut}>
          <Breakable text={text} />
        </code>
      );
    case "class":
      if (phrase.class === undefined) return <>{text}</>;
      return (
        <a href={href(classRoute(phrase.text, phrase.class))} title={cut}>
          <Breakable text={text} />
        </a>
      );
    case "object": {
      const { object, address } = phrase;
      if (object === undefined || address === undefined) return <bdi>{text}</bdi>;
      return (
        <a
          href={href(objectRoute(address))}
          title={cut}
          onClick={(event) => {
            if (!isPlainClick(event)) return;
            event.preventDefault();
            void openByIndex(object);
          }}
        >
          <Breakable text={text} />
        </a>
      );
    }
  }
}

/** A number stays on one line with its unit. */
function unbroken(text: string): string {
  return text.replace(/(\d) (?=%|[KMGT]iB\b|B\b)/g, "$1\u00a0");
}

function openRow(event: MouseEvent, row: ObjectRow): void {
  if (!isPlainClick(event)) return;
  event.preventDefault();
  select(row);
  remember(row);
  navigate(objectRoute(row.address));
}

/** What else the page shows of an object that a sentence names is asked for when it matters. */
async function openByIndex(object: ObjectIndex): Promise<void> {
  const answer = await engine().object(object);
  if (!answer.ok) return;
  const { row } = answer.value;
  select(row);
  remember(row);
  navigate(objectRoute(row.address));
}

/** The sentence as plain text, for copying. */
export function phrasesText(phrases: Phrase[]): string {
  return phrases.map((p) => visibleName(p.text)).join("");
}
