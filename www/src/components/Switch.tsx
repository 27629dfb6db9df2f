/** Links between the ways in which one view shows its subject. */
import { href, type Route } from "../state/route";
import "./Switch.css";

export interface Way {
  to: Route;
  label: string;
  /** What it shows; the link's tooltip. */
  hint: string;
}

export function Switch({
  label,
  here,
  ways,
}: {
  label: string;
  here: Route["view"];
  ways: readonly Way[];
}) {
  return (
    <nav class="switch" aria-label={label}>
      {ways.map((way) => (
        <a
          key={way.to.view}
          href={href(way.to)}
          aria-current={way.to.view === here ? "page" : undefined}
          title={way.hint}
        >
          {way.label}
        </a>
      ))}
    </nav>
  );
}
