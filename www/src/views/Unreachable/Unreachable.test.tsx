import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeEngine } from "../../../test/fake-engine";
import { addressOf, DEAD_TREES, FIRST_GARBAGE, row } from "../../../test/fake-heap";
import { pretendLayout } from "../../components/DataTableTestLayout";
import { forest, stopForest } from "../../state/forest";
import { FOREST, route, UNREACHABLE } from "../../state/route";
import { facts, openDump, provideEngine, reset, select, selection } from "../../state/session";
import { GarbageHolder } from "./GarbageHolder";
import { Unreachable } from "./Unreachable";

/** Follows the route as the shell does. */
function Place() {
  const place = route.value;
  return place.view === "unreachable" || place.view === "forest" ? (
    <Unreachable route={place} />
  ) : (
    <p>{place.view}</p>
  );
}

let engine: FakeEngine;

async function open(stepMs = 0) {
  engine = new FakeEngine("leak", 0);
  provideEngine(engine);
  await openDump(new File(["x"], "a.hprof"));
  route.value = UNREACHABLE;
  // Only the forest takes its time.
  Object.assign(engine, { stepMs });
}

beforeEach(() => {
  pretendLayout();
  route.value = UNREACHABLE;
});

afterEach(() => {
  cleanup();
  reset();
  vi.restoreAllMocks();
});

const tree = () => screen.findByRole("treegrid", { name: "Forest of unreachable objects" });

describe("unreachable objects by class", () => {
  it("are counted and summed, without asking for the forest", async () => {
    await open();
    const grow = vi.spyOn(engine, "growForest");
    render(<Place />);
    expect(screen.getByText(/7,276 objects, 1.40 MiB, 0.4 %/)).toBeTruthy();
    await screen.findByRole("grid", { name: "Unreachable objects by class" });
    expect((await screen.findAllByText("280 B")).length).toBeGreaterThan(5);
    expect(screen.queryByRole("columnheader", { name: /Retained/ })).toBeNull();
    expect(grow).not.toHaveBeenCalled();
  });

  it("keep order and filter in the address", async () => {
    await open();
    render(<Place />);
    fireEvent.click(await screen.findByRole("button", { name: /Objects/ }));
    expect(route.value).toMatchObject({ sort: { key: "instances", descending: true } });
    const field = screen.getByRole("searchbox", { name: "Filter by Class" });
    fireEvent.input(field, { target: { value: "list" } });
    fireEvent.keyDown(field, { key: "Enter" });
    await waitFor(() => expect(route.value).toMatchObject({ filter: { name: "list" } }));
  });

  it("are none when the collector ran before, and the page says so", async () => {
    await open();
    if (facts.value) facts.value = { ...facts.value, unreachableObjects: 0, unreachableBytes: 0 };
    const grow = vi.spyOn(engine, "growForest");
    route.value = FOREST;
    render(<Place />);
    expect(screen.getByText("All objects are reachable")).toBeTruthy();
    expect(screen.getByText(/jmap -dump:live/)).toBeTruthy();
    expect(grow).not.toHaveBeenCalled();
  });
});

describe("unreachable objects as a forest", () => {
  it("are worked out on coming here, once", async () => {
    await open();
    const grow = vi.spyOn(engine, "growForest");
    route.value = FOREST;
    render(<Place />);
    await tree();
    expect(screen.getByText(/: 9 from objects that no other/).textContent).toBe(
      "12 trees: 9 from objects that no other unreachable object refers to, 2 from cycles, 1 shared by several. " +
        "Their retained sizes add up to 1.40 MiB. Kept in 480 B.",
    );
    expect(await screen.findAllByText("cycle")).toHaveLength(2);
    expect(screen.getAllByText("shared")).toHaveLength(2);
    route.value = UNREACHABLE;
    expect(await screen.findByRole("columnheader", { name: /Retained/ })).toBeTruthy();
    route.value = FOREST;
    await tree();
    expect(grow).toHaveBeenCalledTimes(1);
  });

  it("open down to the object that the address names, and select it", async () => {
    await open();
    const child = FIRST_GARBAGE + DEAD_TREES + 4;
    route.value = { view: "forest", expanded: addressOf(child) };
    render(<Place />);
    await waitFor(() => expect(selection.value).toMatchObject({ object: child }));
    fireEvent.keyDown(await tree(), { key: "Enter" });
    await waitFor(() => expect(route.value).toMatchObject({ address: addressOf(child) }));
  });

  it("say so when the object that the address names is alive", async () => {
    await open();
    route.value = { view: "forest", expanded: addressOf(4) };
    render(<Place />);
    expect(await screen.findByText(/A GC root leads to 0x/)).toBeTruthy();
  });

  it("show how far they are, and stop on request; they begin again only on request", async () => {
    await open(40);
    route.value = FOREST;
    render(<Place />);
    const bar = await screen.findByRole("progressbar");
    await waitFor(() => expect(bar.getAttribute("aria-valuetext")).toMatch(/references|trees/));
    fireEvent.click(screen.getByRole("button", { name: /Cancel/ }));
    expect(await screen.findByText("The forest was not worked out")).toBeTruthy();
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect(forest.value.phase).toBe("stopped");
    fireEvent.click(screen.getByRole("button", { name: "Work it out" }));
    await tree();
  });

  it("stay when the last word about progress comes after the answer", async () => {
    await open();
    let report: Parameters<FakeEngine["growForest"]>[0] = () => {};
    const grow = engine.growForest.bind(engine);
    vi.spyOn(engine, "growForest").mockImplementation((onProgress) => {
      report = onProgress;
      return grow(onProgress);
    });
    route.value = FOREST;
    render(<Place />);
    await tree();
    report({ phase: "classes", step: 6, steps: 6, done: 1, total: 1 });
    expect(forest.value.phase).toBe("ready");
  });

  it("tell an error and offer to try again", async () => {
    await open();
    const grow = vi.spyOn(engine, "growForest").mockResolvedValueOnce({
      ok: false,
      error: { kind: "tooLarge", message: "Not enough memory", offset: null, advice: null },
    });
    route.value = FOREST;
    render(<Place />);
    expect(await screen.findByText("Not enough memory")).toBeTruthy();
    fireEvent.click(screen.getByRole("button", { name: "Work it out" }));
    await tree();
    expect(grow).toHaveBeenCalledTimes(2);
  });

  it("belong to one dump: another one has none yet", async () => {
    await open();
    route.value = FOREST;
    render(<Place />);
    await tree();
    cleanup();
    await openDump(new File(["yy"], "b.hprof"));
    expect(forest.value.phase).toBe("notAsked");
  });
});

describe("the page of an unreachable object", () => {
  it("tells on request what holds it within the garbage", async () => {
    await open();
    const child = row(FIRST_GARBAGE + DEAD_TREES + 4);
    select(child);
    render(<GarbageHolder row={child} />);
    fireEvent.click(screen.getByRole("button", { name: /what holds it within the garbage/ }));
    expect((await screen.findByText(/The garbage's top is/)).textContent).toContain("HashMap");
    // The selected row is read anew: its retained size is known now.
    await waitFor(() => expect(selection.value).not.toBe(child));
    cleanup();
    render(<GarbageHolder row={row(FIRST_GARBAGE)} />);
    expect(await screen.findByText(/at the top of the garbage itself/)).toBeTruthy();
    await stopForest();
    expect(forest.value.phase).toBe("ready");
  });
});
