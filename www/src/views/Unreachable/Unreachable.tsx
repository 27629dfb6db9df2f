import { EmptyState } from "../../components/States";
import { Switch } from "../../components/Switch";
import { formatBytes, formatShare, plural } from "../../lib/format";
import { definition } from "../../lib/glossary";
import { FOREST, type Route, UNREACHABLE } from "../../state/route";
import { facts } from "../../state/session";
import { DeadClasses } from "./DeadClasses";
import { DeadForest } from "./DeadForest";
import "../Histogram/Histogram.css";
import "./Unreachable.css";

type UnreachableRoute = Extract<Route, { view: "unreachable" | "forest" }>;

/** What no GC root reaches: by class, and as a forest with retained sizes of its own. */
export function Unreachable({ route: place }: { route: UnreachableRoute }) {
  const dump = facts.value;
  const none = dump?.unreachableObjects === 0;
  return (
    <section class="view-table" aria-labelledby="unreachable-title">
      <header class="view-head dead-head">
        <h1 id="unreachable-title" tabIndex={-1}>
          Unreachable objects
        </h1>
        {!none && (
          <Switch
            label="How unreachable objects are shown"
            here={place.view}
            ways={[
              {
                to: UNREACHABLE,
                label: "By class",
                hint: "How many of which class, and how large they are.",
              },
              { to: FOREST, label: "As a forest", hint: definition("forest") },
            ]}
          />
        )}
        <p class="soft" title={definition("unreachable")}>
          No GC root leads to these: garbage the collector had not removed yet.
          {dump !== null && !none && (
            <span class="num">
              {" "}
              {plural(dump.unreachableObjects, "object")}, {formatBytes(dump.unreachableBytes)},{" "}
              {formatShare(dump.unreachableBytes / (dump.usedHeap + dump.unreachableBytes))} of the
              dump.
            </span>
          )}
        </p>
      </header>
      {none ? (
        <AllReachable />
      ) : place.view === "forest" ? (
        <DeadForest route={place} />
      ) : (
        <DeadClasses route={place} />
      )}
    </section>
  );
}

function AllReachable() {
  return (
    <EmptyState title="All objects are reachable">
      <p class="soft">
        The collector ran before this dump was written, as with <code>jmap -dump:live</code> or{" "}
        <code>jcmd &lt;pid&gt; GC.heap_dump</code>. To see the garbage too, take one with{" "}
        <code>jcmd &lt;pid&gt; GC.heap_dump -all</code>.
      </p>
    </EmptyState>
  );
}
