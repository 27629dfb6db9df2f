import { byGroup } from "../../components/Ask/groups";
import { ErrorPanel } from "../../components/States";
import { href, queryRoute } from "../../state/route";
import { useAnswer } from "../../state/session";
import "./Query.css";

/** Every question that can be asked, by what it is about. */
export function Questions() {
  const { value: questions, error } = useAnswer((engine) => engine.questions(), []);
  return (
    <section aria-labelledby="questions-title">
      <header class="view-head">
        <h1 id="questions-title" tabIndex={-1}>
          Questions
        </h1>
        <p class="soft">
          Each is answered by a table whose rows lead on: select one and press <kbd>q</kbd> to ask
          about just that. An answer has an address of its own, for a colleague with the same dump.
        </p>
      </header>
      {error !== null && <ErrorPanel error={error} />}
      <div class="question-groups">
        {byGroup(questions ?? []).map(({ group, title, questions: of }) => (
          <section key={group} aria-label={title}>
            <h2>{title}</h2>
            <ul>
              {of.map((question) => (
                <li key={question.name}>
                  <a href={href(queryRoute(question.name))}>{question.title}</a>
                  <span class="soft">{question.about}</span>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </section>
  );
}
