import { useMemo, useRef, useState } from "preact/hooks";
import { recall, remember } from "../../components/DataTableMemory";
import { Bars, describe, finder, ROW_PX } from "../../components/Icicle/Bars";
import { Tiles } from "../../components/Icicle/Tiles";
import { layTiles, neighbourTile } from "../../components/Icicle/treemap";
import { useBars } from "../../components/Icicle/useBars";
import { EmptyState, ErrorPanel } from "../../components/States";
import type { Address, ObjectRow } from "../../engine/protocol";
import { plural } from "../../lib/format";
import { definition } from "../../lib/glossary";
import { useHotkey } from "../../lib/hotkeys";
import { mapRoute, navigate, type Route } from "../../state/route";
import { engine, facts, ready, useAnswer } from "../../state/session";
import { mapShape } from "../../state/settings";
import { accuses } from "../../state/verdict";
import { pathTo } from "../Dominators/treeColumns";
import { MapTrail } from "./MapTrail";
import { ShapeSwitch } from "./ShapeSwitch";
import { useSize } from "./useSize";
import "../../components/Icicle/Icicle.css";
import "../Histogram/Histogram.css";
import "./MapView.css";

type MapRoute = Extract<Route, { view: "map" }>;

/** The dominator tree as areas over the whole width: from the top, or from the object that the route names. */
export function MapView({ route: { root } }: { route: MapRoute }) {
  const isReady = ready.value;
  const path = useAnswer(
    (ask) => (isReady && root !== null ? pathTo(ask, root) : null),
    [isReady, root],
  );
  const [text, setText] = useState("");
  const verdict = useAnswer((ask) => (isReady ? ask.verdict() : null), [isReady]).value;
  const above = root === null ? [] : path.value;
  const calm = verdict !== null && !accuses(verdict);
  return (
    <section
      class={calm ? "view-table map icicle calm" : "view-table map icicle"}
      aria-labelledby="map-title"
    >
      <header class="view-head">
        <h1 id="map-title" tabIndex={-1}>
          Map of the heap
        </h1>
        <FindField text={text} onText={setText} />
        <ShapeSwitch root={root} />
        <p class="soft" title={definition("icicle")}>
          The dominator tree as areas: each is as large as what it keeps alive.
        </p>
      </header>
      {path.error !== null && <ErrorPanel error={path.error} />}
      {isReady && path.error === null && above !== null && (
        <>
          <MapTrail path={above} />
          <Drawing top={above.at(-1) ?? null} text={text} />
        </>
      )}
    </section>
  );
}

/** Under which name it is remembered where the look inside an object began: the way back out leads there. */
const wayOut = (inside: Address) => `map way out ${inside}`;

/** Goes to the map of an object, which `from` was the map of. */
async function lookInside(object: number, from: Address | null): Promise<void> {
  const answer = await engine().object(object);
  if (!answer.ok) return;
  const { address } = answer.value.row;
  remember(wayOut(address), from);
  navigate(mapRoute(address));
}

function Drawing({ top, text }: { top: ObjectRow | null; text: string }) {
  const place = useRef<HTMLDivElement>(null);
  const { width, height } = useSize(place);
  const shape = mapShape.value;
  const maxRows = Math.max(4, Math.floor(height / ROW_PX));
  const here = top?.address ?? null;
  const { cells, bars, error, hover, ...rest } = useBars({
    root: top?.object ?? null,
    maxRows,
    onLookInside: ({ object }) => void lookInside(object, here),
    onLookOutside: () => {
      if (here === null) return false;
      navigate(mapRoute(recall<Address | null>(wayOut(here)) ?? null));
      return true;
    },
    ...(shape === "treemap" && {
      neighbour: (all, from, key) => neighbourTile(all, tiles, from, key),
    }),
  });
  const tiles = useMemo(
    () => (shape === "treemap" ? layTiles(bars, width, height) : []),
    [shape, bars, width, height],
  );
  const matches = useMemo(() => finder(text), [text]);
  const usedHeap = facts.value?.usedHeap ?? 0;
  const drawn = { ...rest, bars, usedHeap, matches };
  const described = bars[hover ?? rest.active];
  return (
    <>
      <div class="map-place" ref={place}>
        {error !== null && <ErrorPanel error={error} />}
        {cells !== null && bars.length === 0 && <NothingRetained />}
        {bars.length > 0 && shape === "icicle" && <Bars {...drawn} rows={maxRows} />}
        {bars.length > 0 && shape === "treemap" && (
          <Tiles {...drawn} tiles={tiles} height={height} />
        )}
      </div>
      <p class="icicle-said muted small clip">
        <span role="status">
          {matches !== null && `${plural(bars.filter(matches).length, "area")} found. `}
        </span>
        {described ? describe(described, usedHeap) : "\u00a0"}
      </p>
    </>
  );
}

function NothingRetained() {
  return (
    <EmptyState title="Nothing to draw">
      <p class="soft">
        The object keeps nothing alive: it is unreachable.{" "}
        <button type="button" class="link" onClick={() => navigate(mapRoute(null))}>
          Show the whole heap
        </button>
      </p>
    </EmptyState>
  );
}

/** Looks for names and classes on the map. */
function FindField({ text, onText }: { text: string; onText: (text: string) => void }) {
  const field = useRef<HTMLInputElement>(null);
  useHotkey("filter", () => field.current?.select());
  return (
    <input
      type="search"
      class="map-find"
      ref={field}
      placeholder="Find a class or name"
      aria-label="Find a class or name on the map"
      title="Areas whose class or name holds this text stand out (/)"
      value={text}
      onInput={(event) => onText(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || text === "") return;
        event.preventDefault();
        event.stopPropagation();
        onText("");
      }}
    />
  );
}
