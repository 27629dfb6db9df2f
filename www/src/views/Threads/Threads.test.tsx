import { cleanup, configure, fireEvent, render, screen, waitFor } from "@testing-library/preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeEngine } from "../../../test/fake-engine";
import { addressOf, FIRST_SESSION } from "../../../test/fake-heap";
import { fakeThread } from "../../../test/fake-threads";
import { pretendLayout } from "../../components/DataTableTestLayout";
import { route, STACKS, THREADS, threadRoute } from "../../state/route";
import { openDump, provideEngine, reset, selection } from "../../state/session";
import { survey } from "../../state/surveys";
import { Thread } from "./Thread";
import { Threads } from "./Threads";

/** Follows the route as the shell does. */
function Place() {
  const place = route.value;
  if (place.view === "threads" || place.view === "stacks") return <Threads route={place} />;
  if (place.view === "thread") return <Thread route={place} key={place.place} />;
  return <p>{place.view}</p>;
}

// Hundreds of threads take a busy machine a while.
configure({ asyncUtilTimeout: 5_000 });
vi.setConfig({ testTimeout: 20_000 });

let engine: FakeEngine;

async function open(stepMs = 0) {
  engine = new FakeEngine("leak", 0);
  provideEngine(engine);
  await openDump(new File(["x"], "a.hprof"));
  Object.assign(engine, { stepMs });
}

beforeEach(() => {
  pretendLayout();
});

afterEach(() => {
  cleanup();
  reset();
  vi.restoreAllMocks();
});

const grid = () => screen.findByRole("grid", { name: "Threads" });

describe("threads", () => {
  it("are worked out on coming here, once, and counted", async () => {
    await open();
    const ask = vi.spyOn(engine, "survey");
    route.value = THREADS;
    render(<Place />);
    expect(await screen.findByText(/605 threads, of these 600 virtual ones/)).toBeTruthy();
    expect(await screen.findByText("virtual thread #24")).toBeTruthy();
    route.value = STACKS;
    await screen.findByRole("grid", { name: "Threads by stack" });
    route.value = THREADS;
    await grid();
    expect(ask).toHaveBeenCalledTimes(1);
  });

  it("lead to the one that ran out of memory", async () => {
    await open();
    route.value = THREADS;
    render(<Place />);
    const line = (await screen.findByText(/^Out of memory in/)) as HTMLElement;
    fireEvent.click(line.querySelector("a") as HTMLElement);
    expect(route.value).toEqual({ view: "thread", place: addressOf(FIRST_SESSION) });
    expect(await screen.findByText(/It was throwing OutOfMemoryError/)).toBeTruthy();
  });

  it("keep filter and order in the address, and say when a filter cannot be understood", async () => {
    await open();
    route.value = THREADS;
    render(<Place />);
    const field = await screen.findByRole("searchbox", { name: "Filter by Retained" });
    fireEvent.input(field, { target: { value: "many" } });
    fireEvent.keyDown(field, { key: "Enter" });
    await waitFor(() => expect(route.value).toMatchObject({ filter: { retained: "many" } }));
    expect(await screen.findByText(/"many" is no number filter/)).toBeTruthy();
  });

  it("with one stack are one row, which leads to them", async () => {
    await open();
    route.value = STACKS;
    render(<Place />);
    fireEvent.click(await screen.findByText("600"));
    expect(route.value).toMatchObject({ view: "threads", filter: { stack: "0" } });
    expect(await screen.findByText(/only those with stack 0/)).toBeTruthy();
    await waitFor(async () =>
      expect((await grid()).getAttribute("aria-rowcount")).toBe(String(600 + 3)),
    );
  });

  it("are saved as text, all of them in pieces", async () => {
    await open();
    const make = vi.fn<(blob: Blob) => string>(() => "blob:x");
    vi.stubGlobal("URL", Object.assign(URL, { createObjectURL: make, revokeObjectURL: vi.fn() }));
    const ask = vi.spyOn(engine, "stackTexts");
    route.value = THREADS;
    render(<Place />);
    fireEvent.click(await screen.findByText("Save all stacks as text"));
    await waitFor(() => expect(make).toHaveBeenCalledTimes(1));
    expect(ask.mock.calls.map(([start]) => start)).toHaveLength(2);
    const [blob] = make.mock.calls[0] ?? [];
    const text = (await blob?.text()) ?? "";
    expect(text.match(/\tat com/g)).toHaveLength(605);
  });

  it("show how far they are, stop on request and go on only on request", async () => {
    await open(30);
    route.value = THREADS;
    render(<Place />);
    await screen.findByRole("progressbar");
    fireEvent.click(screen.getByRole("button", { name: /Cancel/ }));
    expect(await screen.findByText("This was not worked out")).toBeTruthy();
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(survey("threads").phase).toBe("stopped");
    fireEvent.click(screen.getByRole("button", { name: "Go on" }));
    await grid();
  });

  it("tell why they could not be worked out", async () => {
    await open();
    vi.spyOn(engine, "survey").mockResolvedValueOnce({
      ok: false,
      error: { kind: "tooLarge", message: "Not enough memory", offset: null, advice: null },
    });
    route.value = THREADS;
    render(<Place />);
    expect(await screen.findByText("Not enough memory")).toBeTruthy();
    fireEvent.click(screen.getByRole("button", { name: "Go on" }));
    await grid();
  });
});

describe("a thread", () => {
  it("opens its frames down to the objects of its local variables", async () => {
    await open();
    route.value = threadRoute(fakeThread(4));
    render(<Place />);
    const tree = await screen.findByRole("treegrid", { name: "Stack" });
    expect(await screen.findByRole("link", { name: "600 threads with this stack" })).toBeTruthy();
    await waitFor(() => expect(tree.getAttribute("aria-rowcount")).toBe("18"));
    fireEvent.keyDown(tree, { key: "Home" });
    fireEvent.keyDown(tree, { key: "ArrowDown" });
    fireEvent.keyDown(tree, { key: "ArrowRight" });
    await waitFor(() => expect(tree.getAttribute("aria-rowcount")).toBe("20"));
    fireEvent.keyDown(tree, { key: "ArrowRight" });
    await waitFor(() => expect(selection.value).toMatchObject({ object: FIRST_SESSION }));
    fireEvent.keyDown(tree, { key: "Enter" });
    await waitFor(() =>
      expect(route.value).toEqual({ view: "object", address: addressOf(FIRST_SESSION) }),
    );
  });

  it("without a thread object is known by its stack", async () => {
    await open();
    route.value = { view: "thread", place: "trace-605" };
    render(<Place />);
    expect(await screen.findByRole("heading", { name: "stack 605 without a thread" })).toBeTruthy();
  });

  it("that is not in this dump says so and leads on", async () => {
    await open();
    route.value = { view: "thread", place: "0x1" };
    render(<Place />);
    expect((await screen.findByRole("alert")).textContent).toContain("0x1");
    expect(screen.getAllByRole("link", { name: "All threads" }).length).toBeGreaterThan(0);
  });

  it("has its stack copied as text", async () => {
    await open();
    const write = vi.fn(() => Promise.resolve());
    vi.stubGlobal("navigator", { ...navigator, clipboard: { writeText: write } });
    route.value = threadRoute(fakeThread(1));
    render(<Place />);
    fireEvent.click(await screen.findByRole("button", { name: "Copy stack" }));
    await waitFor(() =>
      expect(write).toHaveBeenCalledWith('"worker-1" #21\n\tat com.acme.Job.step0(Job.java:10)\n'),
    );
    vi.unstubAllGlobals();
  });
});
