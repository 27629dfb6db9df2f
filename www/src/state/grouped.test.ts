import { describe, expect, it } from "vitest";
import { groupingsOf, viewOf } from "./grouped";
import { DOMINATORS, HISTOGRAM, parseRoute, queryRoute, type Route, THREADS } from "./route";

const at = (place: Route) => {
  const groupings = groupingsOf(place);
  return groupings?.all[groupings.at]?.title;
};

describe("a view with its rows in groups", () => {
  it.each<[string, Route["view"], string]>([
    ["#/histogram?sort=name", "histogram", "Class"],
    ["#/ask/histogram-tree", "histogram", "Package"],
    ["#/ask/histogram-tree?by=superclass~sort=-1", "histogram", "Superclass"],
    ["#/dominators/0x10", "dominators", "Object"],
    ["#/ask/dominator-groups", "dominators", "Class"],
    ["#/ask/dominator-groups?by=loader", "dominators", "Class loader"],
  ])("%s is of the %s, by %s", (hash, view, title) => {
    const place = parseRoute(hash);
    if (place === null) throw new Error(`no place: ${hash}`);
    expect([viewOf(place), at(place)]).toEqual([view, title]);
  });

  it("is a question like any other when it is about a set", () => {
    expect(viewOf(queryRoute("histogram-tree?of=class%3A1"))).toBe("query");
    expect(groupingsOf(queryRoute("histogram-tree?of=class%3A1"))).toBeNull();
  });

  it("leads back to the rows themselves, and is nothing elsewhere", () => {
    expect(groupingsOf(HISTOGRAM)?.all[0]?.to).toEqual(HISTOGRAM);
    expect(groupingsOf(DOMINATORS)?.all[0]?.to).toEqual(DOMINATORS);
    expect(groupingsOf(THREADS)).toBeNull();
  });
});
