import { cleanup, render, screen } from "@testing-library/preact";
import { afterEach, describe, expect, it } from "vitest";
import { row } from "../../test/fake-heap";
import { PathChain } from "./PathChain";

afterEach(cleanup);

/** A path whose steps 2 to 5 are inside a collection. */
const path = (count: number) => ({
  steps: Array.from({ length: count }, (_, i) => ({
    via: i === 0 ? null : `field${i}`,
    row: row(100 + i),
  })),
  root: "Thread",
  weakOnly: false,
  omitted: 0,
  folds: [{ from: 2, to: 5, label: '["websocket"]' }],
});

function hops(count: number): (string | null)[] {
  render(<PathChain path={path(count)} />);
  return screen.getAllByRole("listitem").map((item) => item.textContent);
}

describe("the chain under the headline", () => {
  it("shows each step of a short path", () => {
    const shown = hops(8);
    expect(shown).toHaveLength(9);
    expect(shown[4]).toContain(".field3");
  });

  it("folds what is inside a collection before any field that a program has", () => {
    const shown = hops(12);
    expect(shown).toHaveLength(11);
    expect(shown.join(" ")).toContain('["websocket"]');
    expect(shown.join(" ")).not.toContain(".field4");
    expect(shown.join(" ")).not.toContain("more step");
    for (const field of [1, 2, 6, 7, 8, 9, 10, 11]) {
      expect(shown.some((hop) => hop?.includes(`.field${field}`))).toBe(true);
    }
  });

  it("folds the middle of what is still too long, and says how much", () => {
    const shown = hops(40);
    expect(shown).toHaveLength(11);
    expect(shown[5]).toBe("… 29 steps …");
  });
});
