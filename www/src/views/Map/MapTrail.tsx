import { RouteLink } from "../../components/RouteLink";
import type { Address, ObjectRow } from "../../engine/protocol";
import { formatBytes, simpleName, visibleName } from "../../lib/format";
import { mapRoute } from "../../state/route";

/** Links at each end of a long trail; the left one counts without "Reachable heap". */
const START = 2;
const END = 4;

/** The dominators of the object on top of the map, outermost first: the way back out. */
export function MapTrail({ path }: { path: readonly ObjectRow[] }) {
  const short = path.length <= START + END + 1;
  const head = short ? path : path.slice(0, START);
  const tail = short ? [] : path.slice(-END);
  const left = path.length - head.length - tail.length;
  return (
    <nav class="map-trail" aria-label="Looked inside">
      <ol class="icicle-trail">
        <Step to={null} label="Reachable heap" hint="The whole heap" here={path.length === 0} />
        {head.map((row, i) => (
          <ObjectStep key={row.object} row={row} here={i === path.length - 1} />
        ))}
        {left > 0 && (
          <li class="muted" title={`${left} dominators in between`}>
            … {left} …
          </li>
        )}
        {tail.map((row, i) => (
          <ObjectStep key={row.object} row={row} here={i === tail.length - 1} />
        ))}
      </ol>
    </nav>
  );
}

function ObjectStep({ row, here }: { row: ObjectRow; here: boolean }) {
  return (
    <Step
      to={row.address}
      label={visibleName(simpleName(row.name), 60)}
      hint={`${visibleName(row.name)} · retained ${row.retained === null ? "not computed" : formatBytes(row.retained)}`}
      here={here}
    />
  );
}

interface StepProps {
  to: Address | null;
  label: string;
  hint: string;
  here: boolean;
}

function Step({ to, label, hint, here }: StepProps) {
  return (
    <li>
      {here ? (
        <span class="soft" title={hint} aria-current="location">
          {label}
        </span>
      ) : (
        <RouteLink to={mapRoute(to)} title={hint}>
          {label}
        </RouteLink>
      )}
    </li>
  );
}
