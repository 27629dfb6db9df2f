import { useState } from "preact/hooks";
import { describeObject } from "../../components/ObjectLink";
import { RouteLink } from "../../components/RouteLink";
import type { ObjectRow } from "../../engine/protocol";
import { formatBytes, formatCount, simpleName, visibleName } from "../../lib/format";
import { objectRoute } from "../../state/route";
import { remember, select } from "../../state/session";

/** Links shown at each end of a long trail. */
const END_LINKS = 5;

/** The dominators of an object as a breadcrumb, outermost first, the object itself last. */
export function DominatorTrail({ path }: { path: readonly ObjectRow[] }) {
  const [all, setAll] = useState(false);
  const short = all || path.length <= END_LINKS * 2 + 1;
  // Even "all" stays readable: a linked list can be a hundred thousand deep.
  const head = short ? path.slice(0, 400) : path.slice(0, END_LINKS);
  const tail = short ? path.slice(Math.max(400, path.length - 1)) : path.slice(-END_LINKS);
  const hidden = path.length - head.length - tail.length;
  return (
    <nav aria-label="Dominators">
      <ol class="trail">
        <li class="muted">{path[0]?.unreachable === true ? "Unreachable" : "Heap"}</li>
        {head.map((row, i) => (
          <Crumb key={row.object} row={row} above={head[i - 1]} here={i === path.length - 1} />
        ))}
        {hidden > 0 && (
          <li>
            <button type="button" class="link" disabled={all} onClick={() => setAll(true)}>
              … {formatCount(hidden)} more
            </button>
          </li>
        )}
        {tail.map((row, i) => (
          <Crumb key={row.object} row={row} above={tail[i - 1]} here={i === tail.length - 1} />
        ))}
      </ol>
    </nav>
  );
}

/** A size is said again only where it differs from the one above: a long trail shows where the heap forks. */
function Crumb({
  row,
  above,
  here,
}: {
  row: ObjectRow;
  above: ObjectRow | undefined;
  here: boolean;
}) {
  const name = simpleName(visibleName(row.name));
  const same = above !== undefined && sizeOf(above) === sizeOf(row);
  const size = !same && <span class="muted num"> {sizeOf(row)}</span>;
  if (here) {
    return (
      <li aria-current="page">
        <b class="strong">{name}</b>
        {size}
      </li>
    );
  }
  return (
    <li>
      <RouteLink
        to={objectRoute(row.address)}
        title={describeObject(row)}
        onGo={() => {
          select(row);
          remember(row);
        }}
      >
        {name}
      </RouteLink>
      {size}
    </li>
  );
}

const sizeOf = (row: ObjectRow) => formatBytes(row.retained ?? row.shallow);
