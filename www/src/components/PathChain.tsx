import { Fragment } from "preact";
import type { Path } from "../engine/protocol";
import { plural, simpleName, visibleName } from "../lib/format";
import { objectRoute } from "../state/route";
import { remember, select } from "../state/session";
import { chainLines } from "./chain";
import { describeObject } from "./ObjectLink";
import { RouteLink } from "./RouteLink";
import "./PathChain.css";

/** More steps than this are folded: first those inside collections, then the middle. */
const SHOWN = 9;
const NONE: ReadonlySet<number> = new Set();

/** A path to a GC root in one line that wraps: root, fields, objects, accumulation point. */
export function PathChain({ path }: { path: Path }) {
  if (path.steps.length === 0) return null;
  const lines = chainLines(path, path.steps.length > SHOWN, NONE);
  const folded = lines.length > SHOWN + 1 ? lines.length - SHOWN : 0;
  const head = folded > 0 ? 4 : lines.length;
  const last = lines.length - 1;
  return (
    <ol class={path.weakOnly ? "path-chain weak" : "path-chain"} aria-label="Path from a GC root">
      <li class="hop-root">{path.root ?? "GC root"}</li>
      {lines.map(({ step, label }, i) => {
        if (folded > 0 && i >= head && i < head + folded) {
          return i === head ? (
            <li key="fold" class="hop-fold muted">
              … {plural(folded + path.omitted, "step")} …
            </li>
          ) : null;
        }
        return (
          <Fragment key={`${step.row.address} ${i}`}>
            <li class={i === last ? "hop hop-end" : "hop"}>
              {label !== null && (
                <code class="hop-via" title={label}>
                  {label}
                </code>
              )}
              <RouteLink
                class="hop-node"
                to={objectRoute(step.row.address)}
                title={describeObject(step.row)}
                onGo={() => {
                  select(step.row);
                  remember(step.row);
                }}
              >
                {visibleName(simpleName(step.row.name), 80)}
              </RouteLink>
            </li>
          </Fragment>
        );
      })}
    </ol>
  );
}
