import type { RefObject } from "preact";
import {
  formatBytes,
  formatShare,
  isolated,
  plural,
  simpleName,
  visibleName,
} from "../../lib/format";
import { isObject, selection } from "../../state/session";
import type { Bar } from "./layout";

export const ROW_PX = 26;
/** Narrower bars hold no readable text. */
const LABELLED = 0.02;

export interface BarsProps {
  place: RefObject<HTMLDivElement | null>;
  bars: Bar[];
  rows: number;
  usedHeap: number;
  /** The bar that the Tab key reaches. */
  active: number;
  waiting: boolean;
  onHover: (bar: number | null) => void;
  onActive: (bar: number) => void;
  onChoose: (bar: number) => void;
  onLookInside: (bar: number) => void;
  onKeyDown: (event: KeyboardEvent) => void;
}

/** The bars as a tree of ARIA items with one tab stop. */
export function Bars(props: BarsProps) {
  const { bars, usedHeap } = props;
  return (
    <div
      ref={props.place}
      class={props.waiting ? "icicle-bars is-pending" : "icicle-bars"}
      role="tree"
      aria-label="Dominator tree by retained size"
      aria-busy={props.waiting}
      tabIndex={-1}
      style={{ height: `${props.rows * ROW_PX}px` }}
      onKeyDown={props.onKeyDown}
      onMouseLeave={() => props.onHover(null)}
    >
      {bars.map((bar, i) => (
        <div
          key={i}
          data-bar={i}
          role="treeitem"
          aria-level={bar.row + 1}
          aria-selected={isSelected(bar)}
          aria-label={`${label(bar)} retained, ${shareText(bar, usedHeap)}`}
          tabIndex={i === props.active ? 0 : -1}
          class={barClass(bar)}
          style={{
            left: `${bar.left * 100}%`,
            width: `${bar.width * 100}%`,
            top: `${bar.row * ROW_PX}px`,
          }}
          onMouseEnter={() => props.onHover(i)}
          onFocus={() => props.onActive(i)}
          onClick={() => props.onChoose(i)}
          onDblClick={() => props.onLookInside(i)}
        >
          {bar.width > LABELLED && (
            <span class="icicle-label" aria-hidden="true">
              {label(bar)}
            </span>
          )}
        </div>
      ))}
    </div>
  );
}

/** The innermost cell: what a click on the bar means. */
export function innermost(bar: Bar | undefined) {
  return bar?.cells[bar.cells.length - 1];
}

/** All that is known of a bar, for the line below. */
export function describe(bar: Bar, usedHeap: number): string {
  const cell = innermost(bar);
  if (!cell) return "";
  const names = bar.cells.map((each) => isolated(visibleName(each.label, 120))).join(" › ");
  const many =
    cell.count > 1 && bar.row > 0
      ? ` · ${plural(cell.count, "object")} of ${formatBytes(cell.retained / cell.count)}`
      : "";
  const door =
    cell.object === null ? "click selects the class" : "click selects, double click looks inside";
  const hint = bar.row === 0 || (cell.object === null && cell.class === null) ? "" : `  (${door})`;
  return `${names} · retained ${formatBytes(cell.retained)} · ${shareText(bar, usedHeap)}${many}${hint}`;
}

function label(bar: Bar): string {
  const names = bar.cells
    .map((cell) => isolated(visibleName(simpleName(cell.label), 80)))
    .join(" › ");
  return `${names} · ${formatBytes(innermost(bar)?.retained ?? 0)}`;
}

function shareText(bar: Bar, usedHeap: number): string {
  return formatShare((innermost(bar)?.retained ?? 0) / usedHeap);
}

function barClass(bar: Bar): string {
  const group = innermost(bar)?.object === null;
  const kind =
    bar.row === 0
      ? "top"
      : bar.cells.some((each) => each.suspect)
        ? "suspect"
        : group
          ? "group"
          : "plain";
  return `icicle-bar ${kind}${isSelected(bar) ? " selected" : ""}`;
}

function isSelected(bar: Bar): boolean {
  const chosen = selection.value;
  return isObject(chosen) && bar.cells.some((cell) => cell.object === chosen.object);
}
