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
  /** The view that is shown, or the number of the way. */
  here: Route["view"] | number;
  ways: readonly Way[];
}) {
  return (
    <nav class="switch" aria-label={label}>
      {ways.map((way, i) => (
        <a
          key={way.label}
          href={href(way.to)}
          aria-current={here === i || here === way.to.view ? "page" : undefined}
          title={way.hint}
        >
          {way.label}
        </a>
      ))}
    </nav>
  );
}
