import { cleanup, fireEvent, render, screen } from "@testing-library/preact";
import { afterEach, describe, expect, it } from "vitest";
import { row } from "../../../test/fake-heap";
import { PathChain } from "./PathChain";

afterEach(cleanup);

const steps = (count: number) =>
  Array.from({ length: count }, (_, i) => ({ via: i === 0 ? null : "next", row: row(100 + i) }));

describe("a path to a GC root", () => {
  it("names the root and the field of each step", () => {
    render(
      <PathChain
        path={{ steps: steps(3), root: "Thread", weakOnly: false, omitted: 0, folds: [] }}
      />,
    );
    const lines = screen.getAllByRole("listitem").map((line) => line.textContent);
    expect(lines).toHaveLength(3);
    expect(lines[0]).toContain("GC root · Thread");
    expect(lines[1]).toContain(".next");
  });

  it("folds the middle of a very long chain and unfolds it bit by bit", () => {
    render(
      <PathChain
        path={{ steps: steps(1_000), root: "Thread", weakOnly: false, omitted: 0, folds: [] }}
      />,
    );
    const before = screen.getAllByRole("listitem").length;
    expect(before).toBeLessThan(100);
    fireEvent.click(screen.getByRole("button", { name: "952 more steps between" }));
    expect(screen.getAllByRole("listitem")).toHaveLength(before + 200);
    expect(screen.getByRole("button", { name: "752 more steps between" })).toBeTruthy();
  });

  it("tells how many steps the engine left out, between those that it names", () => {
    render(
      <PathChain
        path={{ steps: steps(300), root: "Thread", weakOnly: false, omitted: 4_711, folds: [] }}
      />,
    );
    const place = () =>
      screen.getAllByRole("listitem").findIndex((line) => line.textContent === "… 4,711 more");
    expect(place()).toBe(25);
    fireEvent.click(screen.getByRole("button", { name: "252 more steps between" }));
    expect(place()).toBe(150);
    expect(screen.getAllByText("… 4,711 more")).toHaveLength(1);
  });

  it("says that weak references alone lead here", () => {
    render(
      <PathChain
        path={{ steps: steps(2), root: "JNI global", weakOnly: true, omitted: 0, folds: [] }}
      />,
    );
    expect(screen.getByText(/Only weak, soft, phantom or finalizer references/)).toBeTruthy();
  });
});
