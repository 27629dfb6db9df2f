import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { ObjectIndex, ObjectRow } from "../../engine/protocol";
import { formatBytes, formatShare, plural, simpleName, visibleText } from "../../lib/format";
import { DOMINATORS, href, navigate } from "../../state/route";
import { engine, isObject, select, selection, useAnswer } from "../../state/session";
import { Hint } from "../Figures";
import { isPlainClick } from "../ObjectLink";
import { ErrorPanel } from "../States";
import { type Bar, layOut, neighbour } from "./layout";
import "./Icicle.css";

/** How deep the engine cuts; runs are folded, so fewer rows are drawn. */
const CUT_DEPTH = 32;
const MIN_SHARE = 0.002;
const MAX_ROWS = 9;
const ROW_PX = 26;

/** A place in the zoom trail; null object: the whole heap. */
interface Zoom {
  object: ObjectIndex | null;
  label: string;
}
const WHOLE: Zoom = { object: null, label: "Reachable heap" };

/**
 * The dominator tree from the top, each bar as wide as what it retains. Hover describes, a click selects,
 * a double click or Enter looks inside, the trail leads back. The same is readable in the dominator tree.
 */
export function Icicle({ usedHeap }: { usedHeap: number }) {
  const [trail, setTrail] = useState<Zoom[]>([WHOLE]);
  const zoom = trail[trail.length - 1] ?? WHOLE;
  const { value: cells, error, stale, pending } = useAnswer((ask) => ask.icicle(zoom.object, CUT_DEPTH, MIN_SHARE), [zoom.object]);
  const bars = useMemo(() => (cells === null ? [] : layOut(cells, MAX_ROWS)), [cells]);
  const [active, setActive] = useState(0);
  const [hover, setHover] = useState<number | null>(null);
  const grid = useRef<HTMLDivElement>(null);
  const moved = useRef(false);
  const focusBar = (at: number) => {
    if (!moved.current) return;
    moved.current = false;
    grid.current?.querySelector<HTMLElement>(`[data-bar="${at}"]`)?.focus();
  };
  useEffect(() => {
    setActive(0);
    setHover(null);
    focusBar(0);
  }, [cells]);
  useEffect(() => focusBar(active), [active]);

  const zoomTo = (bar: Bar | undefined) => {
    const cell = bar?.cells[bar.cells.length - 1];
    if (!cell || cell.object === null || cell.object === zoom.object || bar?.row === 0) return;
    moved.current = true;
    setTrail([...trail, { object: cell.object, label: cell.label }]);
  };
  const zoomOut = () => {
    if (trail.length === 1) return;
    moved.current = true;
    setTrail(trail.slice(0, -1));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const bar = bars[active];
    switch (event.key) {
      case "ArrowLeft":
      case "ArrowRight":
      case "ArrowUp":
      case "ArrowDown": {
        const to = neighbour(bars, active, event.key);
        moved.current = true;
        setActive(to);
        void selectBar(bars[to]);
        break;
      }
      case "Enter":
        zoomTo(bar);
        break;
      case " ":
        void selectBar(bar);
        break;
      case "Backspace":
        zoomOut();
        break;
      default:
        return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  if (error !== null) return <ErrorPanel error={error} />;
  const rows = bars.reduce((most, bar) => Math.max(most, bar.row + 1), 1);
  const described = bars[hover ?? active];
  return (
    <section class="icicle" aria-labelledby="icicle-title">
      <div class="icicle-head">
        <h2 id="icicle-title">
          <Hint term="icicle">Where the memory is</Hint>
        </h2>
        <ol class="icicle-trail" aria-label="Looked inside">
          {(trail.length > 1 ? trail : []).map((place, i) => (
            <li key={`${place.object} ${i}`}>
              {i === trail.length - 1 ? (
                <span class="soft">{visibleText(place.label, 60)}</span>
              ) : (
                <button type="button" class="link" onClick={() => setTrail(trail.slice(0, i + 1))}>
                  {visibleText(place.label, 60)}
                </button>
              )}
            </li>
          ))}
        </ol>
        <a
          href={href(DOMINATORS)}
          onClick={(event) => {
            if (!isPlainClick(event)) return;
            event.preventDefault();
            navigate(DOMINATORS);
          }}
        >
          As a table
        </a>
      </div>
      <div
        ref={grid}
        class={stale && pending ? "icicle-bars is-pending" : "icicle-bars"}
        role="tree"
        aria-label="Dominator tree by retained size"
        aria-busy={stale}
        style={{ height: `${(cells === null ? 4 : rows) * ROW_PX}px` }}
        onKeyDown={onKeyDown}
        onMouseLeave={() => setHover(null)}
      >
        {bars.map((bar, i) => (
          <div
            key={i}
            data-bar={i}
            role="treeitem"
            aria-level={bar.row + 1}
            aria-selected={isSelected(bar)}
            aria-label={`${label(bar)} retained, ${shareText(bar, usedHeap)}`}
            tabIndex={i === active ? 0 : -1}
            class={barClass(bar)}
            style={{ left: `${bar.left * 100}%`, width: `${bar.width * 100}%`, top: `${bar.row * ROW_PX}px` }}
            onMouseEnter={() => setHover(i)}
            onFocus={() => setActive(i)}
            onClick={() => {
              setActive(i);
              void selectBar(bar);
            }}
            onDblClick={() => zoomTo(bar)}
          >
            {bar.width > 0.02 && <span class="icicle-label" aria-hidden="true">{label(bar)}</span>}
          </div>
        ))}
      </div>
      <p class="icicle-said muted small clip">{described ? `${describe(described, usedHeap)}${hint(described)}` : "\u00a0"}</p>
    </section>
  );
}

function label(bar: Bar): string {
  const last = bar.cells[bar.cells.length - 1];
  const names = bar.cells.map((cell) => visibleText(simpleName(cell.label), 80)).join(" › ");
  return `${names} · ${formatBytes(last?.retained ?? 0)}`;
}

function describe(bar: Bar, usedHeap: number): string {
  const cell = bar.cells[bar.cells.length - 1];
  if (!cell) return "";
  const names = bar.cells.map((each) => visibleText(each.label, 120)).join(" › ");
  const many = cell.count > 1 && bar.row > 0 ? ` · ${plural(cell.count, "object")} of ${formatBytes(cell.retained / cell.count)}` : "";
  return `${names} · retained ${formatBytes(cell.retained)} · ${shareText(bar, usedHeap)}${many}`;
}

function shareText(bar: Bar, usedHeap: number): string {
  return formatShare((bar.cells[bar.cells.length - 1]?.retained ?? 0) / usedHeap);
}

function hint(bar: Bar): string {
  const cell = bar.cells[bar.cells.length - 1];
  return cell?.object != null && bar.row > 0 ? "  (click selects, double click looks inside)" : "";
}

function barClass(bar: Bar): string {
  const cell = bar.cells[bar.cells.length - 1];
  const kind = bar.row === 0 ? "top" : bar.cells.some((each) => each.suspect) ? "suspect" : cell?.object == null ? "group" : "plain";
  return `icicle-bar ${kind}${isSelected(bar) ? " selected" : ""}`;
}

function isSelected(bar: Bar): boolean {
  const chosen = selection.value;
  return isObject(chosen) && bar.cells.some((cell) => cell.object === chosen.object);
}

let wanted = 0;

/** Selects the innermost object of a bar; the latest click wins. */
async function selectBar(bar: Bar | undefined): Promise<void> {
  const object = bar?.cells[bar.cells.length - 1]?.object;
  if (object == null) return;
  const mine = ++wanted;
  const answer = await engine().object(object);
  if (mine === wanted && answer.ok) select(answer.value.row satisfies ObjectRow);
}
