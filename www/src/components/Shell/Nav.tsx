import type { ComponentChildren } from "preact";
import { compactCount, formatCount, visibleText } from "../../lib/format";
import { HOTKEYS, type HotkeyId } from "../../lib/hotkeys";
import { closeAnswer, openAnswers } from "../../state/answers";
import { viewOf } from "../../state/grouped";
import {
  DEFAULT_HISTOGRAM_SORT,
  DOMINATORS,
  HISTOGRAM,
  LOADERS,
  OUTSIDE,
  OVERVIEW,
  objectRoute,
  PROPERTIES,
  QUESTIONS,
  ROOTS,
  type Route,
  route,
  SUSPECTS,
  THREADS,
} from "../../state/route";
import { phase, progress, ready, recent, select, useAnswer } from "../../state/session";
import { accuses } from "../../state/verdict";
import { describeObject, JavaNameText } from "../ObjectLink";
import { RouteLink } from "../RouteLink";

const UNFILTERED = { sort: DEFAULT_HISTOGRAM_SORT, filter: {} };

/** The questions, the answers that are open, and the objects looked at. */
export function Nav() {
  const loaded = ready.value;
  const suspects = useAnswer((engine) => (loaded ? engine.suspects() : null), [loaded]).value;
  const verdict = useAnswer((engine) => (loaded ? engine.verdict() : null), [loaded]).value;
  const calm = verdict !== null && !accuses(verdict);
  const peek = phase.value === "loading" && progress.value?.histogramReady === true;
  const rows = useAnswer(
    (engine) => (loaded ? engine.histogram({ ...UNFILTERED, start: 0, count: 1 }) : null),
    [loaded],
  ).value;
  const classes = rows?.total ?? progress.value?.classes;
  return (
    <nav class="shell-nav scroll" aria-label="Places">
      <ul>
        <Place to={OVERVIEW} hotkey="overview" enabled={loaded} />
        <Place
          to={SUSPECTS}
          hotkey="suspects"
          label={calm ? "Largest holders" : undefined}
          enabled={loaded}
          count={suspects?.suspects.length}
        />
        <Place to={HISTOGRAM} hotkey="histogram" enabled={loaded || peek} count={classes} />
        <Place to={DOMINATORS} also={["map"]} hotkey="dominators" enabled={loaded} />
        <Place to={THREADS} also={["stacks", "thread"]} hotkey="threads" enabled={loaded} />
        <Place to={LOADERS} also={["duplicates"]} hotkey="loaders" enabled={loaded} />
        <Place to={ROOTS} hotkey="roots" enabled={loaded} />
        <Place to={PROPERTIES} hotkey="properties" enabled={loaded} />
        <Place to={QUESTIONS} also={["query"]} hotkey="questions" enabled={loaded} />
        <Place to={OUTSIDE} hotkey="outside" enabled={loaded} />
      </ul>
      <Answers />
      <Recent />
    </nav>
  );
}

function Place({
  to,
  also = [],
  hotkey,
  enabled,
  count,
  label = HOTKEYS[hotkey].label,
}: {
  to: Route;
  /** Views that are of this place, too. */
  also?: readonly Route["view"][];
  hotkey: HotkeyId;
  enabled: boolean;
  count?: number | undefined;
  label?: string | undefined;
}) {
  const { keys } = HOTKEYS[hotkey];
  const now = viewOf(route.value);
  const here = now === to.view || also.includes(now);
  return (
    <li>
      <NavLink to={to} here={here} enabled={enabled} title={`${label} (${keys[0]})`}>
        <span>{label}</span>
        {count === undefined ? (
          <kbd>{keys[0]}</kbd>
        ) : (
          <span class="muted num" title={formatCount(count)}>
            {compactCount(count)}
          </span>
        )}
      </NavLink>
    </li>
  );
}

function NavLink(props: {
  to: Route;
  here: boolean;
  enabled: boolean;
  title: string;
  onGo?: () => void;
  children: ComponentChildren;
}) {
  if (!props.enabled) {
    return (
      <span class="nav-link off" aria-disabled="true">
        {props.children}
      </span>
    );
  }
  return (
    <RouteLink
      class={props.here ? "nav-link here" : "nav-link"}
      to={props.to}
      aria-current={props.here ? "page" : undefined}
      title={props.title}
      onGo={props.onGo}
    >
      {props.children}
    </RouteLink>
  );
}

/** The tabs of answers. */
function Answers() {
  const here = route.value;
  if (openAnswers.value.length === 0) return null;
  return (
    <>
      <h2 class="nav-title">Answers</h2>
      <ul>
        {openAnswers.value.map(({ place, title, about }) => {
          const { request } = place;
          const whole = about === "" ? title : `${title}: ${visibleText(about, 300)}`;
          return (
            <li
              key={request}
              class="nav-answer"
              onKeyDown={(event) => event.key === "Delete" && closeAnswer(request)}
            >
              <NavLink
                to={place}
                here={here.view === "query" && here.request === request}
                enabled
                title={whole}
              >
                <span class="clip">
                  {title}
                  {about !== "" && <small class="clip muted">{visibleText(about, 80)}</small>}
                </span>
              </NavLink>
              <button
                type="button"
                class="nav-close"
                aria-label={`Close ${whole}`}
                title="Close (Delete)"
                onClick={() => closeAnswer(request)}
              >
                ×
              </button>
            </li>
          );
        })}
      </ul>
    </>
  );
}

function Recent() {
  const here = route.value;
  if (recent.value.length === 0) return null;
  return (
    <>
      <h2 class="nav-title">Looked at</h2>
      <ul>
        {recent.value.map((row) => (
          <li key={row.address}>
            <NavLink
              to={objectRoute(row.address)}
              here={here.view === "object" && here.address === row.address}
              enabled
              title={describeObject(row)}
              onGo={() => select(row)}
            >
              <JavaNameText name={row.name} value={row.value} short />
            </NavLink>
          </li>
        ))}
      </ul>
    </>
  );
}
