import { cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeEngine } from "../../../test/fake-engine";
import { ARRAY } from "../../../test/fake-heap";
import { calmVerdict } from "../../../test/fake-suspects";
import { pretendLayout } from "../../components/DataTableTestLayout";
import { openDump, provideEngine, selection } from "../../state/session";
import { Suspects } from "./Suspects";

beforeEach(pretendLayout);

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

async function show(engine: FakeEngine, rank: number | null = null) {
  provideEngine(engine);
  await openDump(new File(["x"], "a.hprof"));
  render(<Suspects route={{ view: "suspects", rank }} />);
}

/** A heap whose verdict accuses nobody, though something is the largest. */
class Calm extends FakeEngine {
  override verdict() {
    return Promise.resolve({ ok: true as const, value: calmVerdict() });
  }
}

describe("the suspects", () => {
  it("are no more than the largest holders where the verdict is calm", async () => {
    await show(new Calm());
    expect(await screen.findByText(/None of these is accused/)).toBeTruthy();
    expect(screen.getByText("Holder 1")).toBeTruthy();
    expect(screen.queryByText("Suspect 1")).toBeNull();
  });

  it("are told in full: headline, chain down to where it piles up, largest objects, keywords", async () => {
    await show(new FakeEngine());
    const first = (await screen.findAllByRole("article"))[0];
    if (first === undefined) throw new Error("no suspect");
    expect(within(first).getByRole("heading", { level: 1 }).textContent).toContain(
      "ExcelExportTaskWebSocket.SESSIONS holds 302\u00a0MiB",
    );
    const steps = within(first)
      .getAllByRole("listitem")
      .map((step) => step.textContent);
    expect(steps[0]).toContain("GC root · System class");
    expect(steps.at(-1)).toContain(".elementData");
    expect(await within(first).findByRole("grid", { name: "Largest objects" })).toBeTruthy();
    expect(within(first).getByText("com.ksh.export.ExcelExportTaskWebSocket")).toBeTruthy();
    expect(screen.getAllByRole("article")).toHaveLength(2);
  });

  it("put the place where it piles up into the right pane", async () => {
    await show(new FakeEngine());
    await waitFor(() => expect(selection.value).toMatchObject({ object: ARRAY }));
  });

  it("bring the one that the address names to the reader", async () => {
    await show(new FakeEngine(), 2);
    await waitFor(() =>
      expect(document.activeElement?.textContent).toContain("LaunchedURLClassLoader"),
    );
  });

  it("can be copied for a ticket", async () => {
    const writeText = vi.fn<(text: string) => Promise<void>>(() => Promise.resolve());
    vi.stubGlobal("navigator", { ...navigator, clipboard: { writeText }, platform: "" });
    await show(new FakeEngine());
    const button = (await screen.findAllByRole("button", { name: "Copy as Markdown" }))[0];
    if (button === undefined) throw new Error("no button");
    fireEvent.click(button);
    await waitFor(() =>
      expect(writeText.mock.lastCall?.[0]).toMatch(/^## Suspect 1: The static list/),
    );
  });

  it("are calmly said to be absent in a healthy heap", async () => {
    await show(new FakeEngine("healthy"));
    expect((await screen.findByRole("heading", { level: 1 })).textContent).toContain(
      "Nothing stands out",
    );
  });
});
