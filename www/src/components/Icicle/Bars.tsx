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
/** Names of a run that a tooltip lists. */
const TOOLTIP_NAMES = 8;

export interface BarProps {
  place: RefObject<HTMLDivElement | null>;
  bars: Bar[];
  usedHeap: number;
  /** The bar that the Tab key reaches. */
  active: number;
  waiting: boolean;
  /** What is looked for: other bars step back. Null: nothing is. */
  matches?: ((bar: Bar) => boolean) | null;
  onHover: (bar: number | null) => void;
  onActive: (bar: number) => void;
  /** A click: selects, and a second one looks inside. */
  onChoose: (bar: number) => void;
  onKeyDown: (event: KeyboardEvent) => void;
}

export interface BarsProps extends BarProps {
  rows: number;
}

/** The bars as a tree of ARIA items with one tab stop. */
export function Bars(props: BarsProps) {
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
      {props.bars.map((bar, i) => (
        <BarItem
          key={i}
          props={props}
          bar={bar}
          at={i}
          labelled={bar.width > LABELLED}
          style={{
            left: `${bar.left * 100}%`,
            width: `${bar.width * 100}%`,
            top: `${bar.row * ROW_PX}px`,
          }}
        />
      ))}
    </div>
  );
}

interface BarItemProps {
  props: BarProps;
  bar: Bar;
  at: number;
  labelled: boolean;
  style: Record<string, string>;
}

/** One bar or tile. */
export function BarItem({ props, bar, at, labelled, style }: BarItemProps) {
  const { usedHeap } = props;
  const match = props.matches == null ? null : props.matches(bar);
  const found = match === null ? "" : match ? " match" : " apart";
  return (
    <div
      data-bar={at}
      role="treeitem"
      aria-level={bar.row + 1}
      aria-selected={isSelected(bar)}
      aria-label={`${label(bar)} retained, ${shareText(bar, usedHeap)}${match === true ? ", found" : ""}`}
      title={tooltip(bar, usedHeap)}
      tabIndex={at === props.active ? 0 : -1}
      class={barClass(bar) + found}
      style={style}
      onMouseEnter={() => props.onHover(at)}
      onFocus={() => props.onActive(at)}
      onClick={() => props.onChoose(at)}
    >
      {labelled && (
        <span class="icicle-label" aria-hidden="true">
          {label(bar)}
        </span>
      )}
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
    cell.object === null ? "click selects the class" : "click selects, again looks inside";
  const hint = bar.row === 0 || (cell.object === null && cell.class === null) ? "" : `  (${door})`;
  return `${names} · retained ${formatBytes(cell.retained)} · ${shareText(bar, usedHeap)}${many}${hint}`;
}

/** Names one below the other, then the figures. */
function tooltip(bar: Bar, usedHeap: number): string {
  const names = bar.cells.slice(-TOOLTIP_NAMES).map((each) => visibleName(each.label, 120));
  const left = bar.cells.length - names.length;
  const size = formatBytes(innermost(bar)?.retained ?? 0);
  return [
    ...(left > 0 ? [`${plural(left, "object")} above`] : []),
    ...names,
    `Retained ${size}, ${shareText(bar, usedHeap)} of the heap`,
  ].join("\n");
}

/**
 * What a text finds: bars of which a name or a class holds it, regardless of case. Null for an empty text.
 */
export function finder(text: string): ((bar: Bar) => boolean) | null {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return null;
  return (bar) =>
    bar.row > 0 &&
    bar.cells.some(
      (cell) =>
        cell.className.toLowerCase().includes(wanted) || cell.label.toLowerCase().includes(wanted),
    );
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
