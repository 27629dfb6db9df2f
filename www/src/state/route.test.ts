import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { HistogramKey } from "../engine/protocol";
import {
  DEFAULT_HISTOGRAM_SORT,
  DOMINATORS,
  FOREST,
  followLocation,
  HISTOGRAM,
  href,
  LOADERS,
  navigate,
  OVERVIEW,
  PROPERTIES,
  parseRoute,
  ROOTS,
  type Route,
  route,
  SUSPECTS,
} from "./route";

/** A small generator of its own: the same cases in every run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const KEYS: HistogramKey[] = ["name", "instances", "shallow", "retained", "loader"];

function anyRoute(next: () => number): Route {
  const pick = (n: number) => Math.floor(next() * n);
  const text = () =>
    Array.from(
      { length: 1 + pick(12) },
      () => "aZ0./$#?&=%+[]<> \"'\u00e9\u4e16\u{1f600}\u202e\\;:,"[pick(28)] ?? "x",
    )
      .join("")
      .replace(/\p{Cs}/gu, "x");
  const address = () => `0x${Math.floor(next() * 2 ** 48).toString(16)}`;
  const query = () => {
    const filter: Record<string, string> = {};
    for (const key of KEYS) if (pick(3) === 0) filter[key] = text();
    return { filter, sort: { key: KEYS[pick(5)] ?? "name", descending: pick(2) === 0 } };
  };
  const among = <K extends string>(keys: readonly [K, ...K[]]) => {
    const filter: Partial<Record<K, string>> = {};
    for (const key of keys) if (pick(3) === 0) filter[key] = text();
    return { filter, sort: { key: keys[pick(keys.length)] ?? keys[0], descending: pick(2) === 0 } };
  };
  const dominators = (): Route => {
    if (pick(2) === 0) return DOMINATORS;
    const expanded = pick(2) === 0 ? address() : null;
    if (pick(2) === 0) return { view: "dominators", expanded };
    const { filter } = among(["object", "retained"]);
    return { view: "dominators", expanded, filter, sort: { key: "shallow", descending: true } };
  };
  switch (pick(13)) {
    case 0:
      return OVERVIEW;
    case 1:
      return pick(2) === 0 ? SUSPECTS : { view: "suspects", rank: 1 + pick(50) };
    case 2:
      return { view: "histogram", ...query() };
    case 3:
      return { view: "class", name: text(), id: pick(4_000_000_000) };
    case 4:
      return dominators();
    case 5:
      return { view: "unreachable", ...query() };
    case 6:
      return pick(2) === 0 ? FOREST : { view: "forest", expanded: address() };
    case 7:
      return { view: "threads", ...among(["name", "state", "retained", "stack", "thread"]) };
    case 8:
      return { view: "stacks", ...among(["threads", "ownCode", "names"]) };
    case 9:
      return { view: "thread", place: pick(2) === 0 ? address() : `trace-${pick(9_999)}` };
    case 10:
      return pick(2) === 0 ? LOADERS : { view: "loaders", expanded: address() };
    case 11:
      return pick(3) === 0
        ? pick(2) === 0
          ? ROOTS
          : PROPERTIES
        : { view: "duplicates", ...among(["name", "classes", "shallow"]) };
    default:
      return { view: "object", address: address() };
  }
}

describe("routes", () => {
  it("survive the way into the address bar and back", () => {
    const next = random(20_261_122);
    for (let i = 0; i < 5_000; i++) {
      const to = anyRoute(next);
      const hash = href(to);
      expect(parseRoute(hash), hash).toEqual(to);
      expect(new URL(hash, "https://example.org/").hash).toBe(hash);
    }
  });

  it("read well", () => {
    expect(href({ view: "object", address: "0x7f1200a8" })).toBe("#/object/0x7f1200a8");
    expect(href(HISTOGRAM)).toBe("#/histogram");
    expect(
      href({
        view: "histogram",
        filter: { retained: ">1M" },
        sort: { key: "name", descending: false },
      }),
    ).toBe("#/histogram?retained=%3E1M&sort=name");
    expect(parseRoute("#/histogram?sort=nonsense&unknown=1")).toEqual({
      view: "histogram",
      filter: {},
      sort: DEFAULT_HISTOGRAM_SORT,
    });
  });

  it.each([
    "",
    "#",
    "#/",
    "#/nowhere",
    "#/object",
    "#/object/12",
    "#/object/0xzz",
    "#/suspects/0",
    "#/suspects/x",
    "#/class/-1/A",
    "#/class/7",
    "#/overview/x",
    "#/class/1/%E0%A4%A",
    "#/unreachable/trees",
    "#/unreachable/forest/12",
    "#/unreachable/forest/0x1/0x2",
    "#/forest",
  ])("%j is no place", (hash) => expect(parseRoute(hash)).toBeNull());

  it("a class name that is not well-formed text still makes a link", () => {
    expect(parseRoute(href({ view: "class", name: "a\ud800b", id: 3 }))).toEqual({
      view: "class",
      name: "a\ufffdb",
      id: 3,
    });
  });
});

describe("navigation", () => {
  let stop: () => void;
  beforeEach(() => {
    history.replaceState(null, "", "#/object/0x10");
    stop = followLocation();
  });
  afterEach(() => stop());

  it("starts where the address bar points", () =>
    expect(route.value).toEqual({ view: "object", address: "0x10" }));

  it("writes the address bar and makes history", () => {
    const before = history.length;
    navigate(DOMINATORS);
    expect(location.hash).toBe("#/dominators");
    expect(history.length).toBe(before + 1);
    navigate(SUSPECTS, { replace: true });
    expect(location.hash).toBe("#/suspects");
    expect(history.length).toBe(before + 1);
  });

  it("follows a hash typed by hand; nonsense shows the overview", () => {
    location.hash = "#/suspects/2";
    dispatchEvent(new Event("hashchange"));
    expect(route.value).toEqual({ view: "suspects", rank: 2 });
    location.hash = "#/nonsense";
    dispatchEvent(new Event("hashchange"));
    expect(route.value).toEqual(OVERVIEW);
  });
});
