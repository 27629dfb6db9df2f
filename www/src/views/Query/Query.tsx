import { useEffect, useState } from "preact/hooks";
import { GroupBy } from "../../components/GroupBy";
import { ErrorPanel } from "../../components/States";
import { WorkBar } from "../../components/WorkBar";
import type { QueryFacts, QueryPhase, QueryProgress, QuestionFacts } from "../../engine/protocol";
import { plural, visibleText } from "../../lib/format";
import { type RequestParts, requestParts, requestText } from "../../lib/request";
import { keepAnswer } from "../../state/answers";
import { groupingsOf } from "../../state/grouped";
import { askedSet, useQuery } from "../../state/queries";
import { href, QUESTIONS, type QueryRoute, queryRoute } from "../../state/route";
import { useAnswer } from "../../state/session";
import { AnswerTable } from "./AnswerTable";
import { AnswerTree } from "./AnswerTree";
import { ArgumentForm, isComplete } from "./ArgumentForm";
import "../Histogram/Histogram.css";
import "./Query.css";

/** One question: what it is for, its arguments, and its answer. */
export function Query({ route: place }: { route: QueryRoute }) {
  const { value: questions, error } = useAnswer((engine) => engine.questions(), []);
  const parts = requestParts(place.request);
  const question = questions?.find(({ name }) => name === parts.name);
  const [about, setAbout] = useState<QueryFacts | null>(null);
  const title = question?.title;
  const groupings = groupingsOf(place);
  useEffect(() => {
    // A grouped view is a place of its own.
    if (about === null || title === undefined || groupings !== null) return;
    const told = [...Object.values(parts.arguments), ...(about.of === null ? [] : [about.of])];
    keepAnswer({ place, title, about: told.join(" · ") });
  }, [about, place, title]);
  if (questions === null) return error === null ? null : <ErrorPanel error={error} />;
  if (question === undefined) return <NoSuchQuestion />;
  const complete = isComplete(question, parts);
  return (
    <section class="view-table" aria-labelledby="query-title">
      <header class="view-head">
        <h1 id="query-title" tabIndex={-1}>
          {groupings?.title ?? question.title}
        </h1>
        <GroupBy place={place} />
        <p class="soft query-about">
          {question.about}{" "}
          <a class="query-all" href={href(QUESTIONS)}>
            All questions
          </a>
        </p>
        {about?.of != null && groupings === null && <About facts={about} />}
      </header>
      {groupings === null && <ArgumentForm key={place.request} question={question} parts={parts} />}
      {complete ? (
        <Answer place={place} question={question} onFacts={setAbout} />
      ) : (
        question.of === "givenSet" && parts.of === null && <WhichSet parts={parts} />
      )}
    </section>
  );
}

/** A question about a set that none was given for: the selection will often do. */
function WhichSet({ parts }: { parts: RequestParts }) {
  const asked = askedSet.value;
  return (
    <>
      {asked !== null && (
        <p class="query-which">
          <a class="button" href={href(queryRoute(requestText({ ...parts, of: asked.set })))}>
            Ask about {visibleText(asked.label, 120)}
          </a>
        </p>
      )}
      <p class="soft">
        This question is about a set of objects: select a row anywhere, press <kbd>q</kbd>, and
        choose it there.
      </p>
    </>
  );
}

function About({ facts }: { facts: QueryFacts }) {
  return (
    <p class="query-of">
      <span class="label">About</span> <bdi>{visibleText(facts.of ?? "", 300)}</bdi>
      {facts.objects !== null && <span class="muted num"> {plural(facts.objects, "object")}</span>}
    </p>
  );
}

function Answer(props: {
  place: QueryRoute;
  question: QuestionFacts;
  onFacts: (facts: QueryFacts) => void;
}) {
  const { place, question, onFacts } = props;
  const { query, stop, again } = useQuery(place.request, onFacts);
  switch (query.phase) {
    case "working":
      return <Working of={question.title} progress={query.progress} onCancel={stop} />;
    case "stopped":
      return (
        <p class="soft">
          Cancelled.{" "}
          <button type="button" class="button" onClick={again}>
            Work it out
          </button>
        </p>
      );
    case "failed":
      return (
        <ErrorPanel error={query.error}>
          <button type="button" class="button" onClick={again}>
            Try again
          </button>
        </ErrorPanel>
      );
    case "ready": {
      const Rows = query.facts.tree ? AnswerTree : AnswerTable;
      return (
        <>
          {query.facts.notes.map((note) => (
            <p class="soft query-note" key={note}>
              {visibleText(note, 1000)}
            </p>
          ))}
          <Rows title={question.title} route={place} facts={query.facts} />
        </>
      );
    }
  }
}

const LABELS: Record<QueryPhase, string> = {
  set: "Finding the objects",
  work: "Looking at the objects",
};

function Working(props: { of: string; progress: QueryProgress | null; onCancel: () => void }) {
  const { progress } = props;
  return (
    <WorkBar
      of={props.of}
      doing={progress === null ? "Beginning" : LABELS[progress.phase]}
      share={progress === null ? 0 : Math.min(1, progress.done / progress.total)}
      onCancel={props.onCancel}
    />
  );
}

function NoSuchQuestion() {
  return (
    <section>
      <h1 tabIndex={-1}>No such question</h1>
      <p>
        The address names a question that Heapglass does not know.{" "}
        <a href={href(QUESTIONS)}>All questions</a>
      </p>
    </section>
  );
}
