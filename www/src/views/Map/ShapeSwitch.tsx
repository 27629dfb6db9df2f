import type { Address } from "../../engine/protocol";
import { href, type Route } from "../../state/route";
import { type MapShape, mapShape, setMapShape } from "../../state/settings";
import "../../components/Switch.css";

const SHAPES: readonly [MapShape, string, string][] = [
  [
    "icicle",
    "Icicle",
    "Bars below each other: the width is what counts, and depth is easy to read",
  ],
  ["treemap", "Treemap", "Tiles within each other: the area is what counts, and many siblings fit"],
];

/** Icicle or treemap, remembered; and the same as a table. */
export function ShapeSwitch({ root }: { root: Address | null }) {
  const tree: Route = { view: "dominators", expanded: root };
  return (
    <div class="switch" role="group" aria-label="Drawn as">
      <a href={href(tree)} title="As a table that opens level by level">
        Tree
      </a>
      {SHAPES.map(([shape, label, hint]) => (
        <button
          type="button"
          key={shape}
          aria-pressed={mapShape.value === shape}
          title={hint}
          onClick={() => setMapShape(shape)}
        >
          {label}
        </button>
      ))}
    </div>
  );
}
