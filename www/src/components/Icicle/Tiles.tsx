import { BarItem, type BarProps } from "./Bars";
import { STRIP, type Tile } from "./treemap";

export interface TilesProps extends BarProps {
  tiles: readonly (Tile | null)[];
  height: number;
}

/** Narrower or lower tiles hold no readable text. */
const LABELLED = { width: 44, height: STRIP - 2 };

/** The bars as nested tiles: a tree of ARIA items with one tab stop. */
export function Tiles(props: TilesProps) {
  const { bars, tiles } = props;
  return (
    <div
      ref={props.place}
      class={props.waiting ? "icicle-bars tiles is-pending" : "icicle-bars tiles"}
      role="tree"
      aria-label="Dominator tree by retained size, as nested tiles"
      aria-busy={props.waiting}
      tabIndex={-1}
      style={{ height: `${props.height}px` }}
      onKeyDown={props.onKeyDown}
      onMouseLeave={() => props.onHover(null)}
    >
      {bars.map((bar, i) => {
        const tile = tiles[i];
        return tile == null ? null : (
          <BarItem
            key={i}
            props={props}
            bar={bar}
            at={i}
            labelled={tile.width >= LABELLED.width && tile.height >= LABELLED.height}
            style={{
              left: `${tile.x}px`,
              top: `${tile.y}px`,
              width: `${tile.width}px`,
              height: `${tile.height}px`,
            }}
          />
        );
      })}
    </div>
  );
}
