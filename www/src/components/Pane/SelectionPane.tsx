import type { ClassRef, ObjectRow } from "../../engine/protocol";
import { formatCount, splitJavaName, visibleName, visibleText } from "../../lib/format";
import { hotkeyLabel } from "../../lib/hotkeys";
import {
  classRoute,
  DOMINATORS,
  mapRoute,
  objectRoute,
  type Route,
  treeRoute,
} from "../../state/route";
import { isObject, remember, select, selection, useAnswer } from "../../state/session";
import { copyAndTell } from "../Copy";
import { Count, Hint, Size } from "../Figures";
import { PaneNote } from "../Notes/PaneNote";
import { RetainedSize } from "../RetainedSize";
import { RouteLink } from "../RouteLink";
import { Digest } from "./Digest";
import { HoldChain } from "./HoldChain";
import "./Pane.css";

/** The selected object or class, what holds it, and a look inside. Follows the selection everywhere. */
export function SelectionPane() {
  const chosen = selection.value;
  return (
    <aside class="pane scroll" aria-label="Selection">
      {chosen === null ? (
        <section>
          <h2>Selected</h2>
          <p class="soft">
            Nothing yet. Click a row, a bar or a link: it is shown here with what holds it.
          </p>
        </section>
      ) : isObject(chosen) ? (
        <ObjectPane row={chosen} />
      ) : (
        <ClassPane of={chosen} />
      )}
    </aside>
  );
}

function ObjectPane({ row }: { row: ObjectRow }) {
  return (
    <>
      <section>
        <h2>Selected</h2>
        <PaneName
          name={row.name}
          value={row.value}
          to={objectRoute(row.address)}
          onGo={() => remember(row)}
        />
        <div class="pane-line">
          <button
            type="button"
            class="link mono pane-address"
            title={`Copy the address (${hotkeyLabel("copyAddress")})`}
            onClick={() => void copyAndTell(row.address, `Copied ${row.address}`)}
          >
            {row.address}
          </button>
          {row.roots.map((root) => (
            <span key={root} class="badge root">
              {root}
            </span>
          ))}
          {row.unreachable && <span class="badge hot">unreachable</span>}
        </div>
        <dl class="pane-figures">
          <div>
            <dt>
              <Hint term="shallow">Shallow</Hint>
            </dt>
            <dd>
              <Size bytes={row.shallow} />
            </dd>
          </div>
          <div>
            <dt>
              <Hint term="retained">Retained</Hint>
            </dt>
            <dd>
              <RetainedSize row={row} />
            </dd>
          </div>
          {row.length === null ? (
            <div>
              <dt>
                <Hint term="dominated">Dominates</Hint>
              </dt>
              <dd>
                <Count of={row.dominated} />
              </dd>
            </div>
          ) : (
            <div>
              <dt>
                <Hint term="length">Length</Hint>
              </dt>
              <dd>
                <Count of={row.length} />
              </dd>
            </div>
          )}
        </dl>
        <p class="pane-doors">
          <RouteLink
            to={objectRoute(row.address)}
            title={`Open (${hotkeyLabel("openSelected")})`}
            onGo={() => remember(row)}
          >
            Open
          </RouteLink>
          <RouteLink
            to={treeRoute(row)}
            title={`In the ${row.unreachable ? "forest of unreachable objects" : "dominator tree"} (${hotkeyLabel("inTree")})`}
          >
            In the tree
          </RouteLink>
          {!row.unreachable && (
            <RouteLink to={mapRoute(row.address)} title="What it retains, drawn as areas">
              On the map
            </RouteLink>
          )}
          <RouteLink
            to={classRoute(row.class.name, row.class.class)}
            title={visibleText(row.class.name)}
            onGo={() => select(row.class)}
          >
            Its class
          </RouteLink>
        </p>
        <PaneNote row={row} />
      </section>
      <HoldChain object={row.object} />
      <Digest object={row.object} />
    </>
  );
}

function ClassPane({ of }: { of: ClassRef }) {
  const { value: details, stale } = useAnswer(
    (engine) => engine.classDetails(of.class),
    [of.class],
  );
  const current = details !== null && !stale && details.class.class === of.class ? details : null;
  return (
    <>
      <section>
        <h2>Selected class</h2>
        <PaneName name={of.name} value={null} to={classRoute(of.name, of.class)} />
        <dl class="pane-figures">
          <div>
            <dt>
              <Hint term="instances">Objects</Hint>
            </dt>
            <dd class="num">{current === null ? "–" : formatCount(current.histogram.instances)}</dd>
          </div>
          <div>
            <dt>
              <Hint term="shallow">Shallow</Hint>
            </dt>
            <dd>{current === null ? "–" : <Size bytes={current.histogram.shallow} />}</dd>
          </div>
          <div>
            <dt>
              <Hint term="retainedClass">Retained</Hint>
            </dt>
            <dd>
              {current === null || current.histogram.retained === null ? (
                "–"
              ) : (
                <Size bytes={current.histogram.retained} />
              )}
            </dd>
          </div>
        </dl>
        <p class="pane-doors">
          <RouteLink
            to={classRoute(of.name, of.class)}
            title={`Open (${hotkeyLabel("openSelected")})`}
          >
            Open
          </RouteLink>
          <RouteLink to={DOMINATORS} title="The dominator tree">
            Dominators
          </RouteLink>
        </p>
      </section>
      {current?.object != null && (
        <HoldChain object={current.object.object} title="What holds the class" />
      )}
      {current?.object != null && <Digest object={current.object.object} />}
    </>
  );
}

function PaneName({
  name,
  value,
  to,
  onGo,
}: {
  name: string;
  value: string | null;
  to: Route;
  onGo?: () => void;
}) {
  const parts = splitJavaName(visibleName(name));
  return (
    <p class="pane-name mono">
      <RouteLink to={to} title={visibleName(name)} onGo={onGo}>
        <span class="muted">
          {parts.prefix}
          {parts.package}
        </span>
        {parts.simple}
      </RouteLink>
      {value !== null && <span class="soft"> {visibleText(value, 120)}</span>}
    </p>
  );
}
