import { cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeEngine } from "../../../test/fake-engine";
import { pretendLayout } from "../../components/DataTableTestLayout";
import { openDump, provideEngine } from "../../state/session";
import { addTexts, sideTexts } from "../../state/sideTexts";
import { Outside } from "./Outside";

beforeEach(() => {
  pretendLayout();
  sideTexts.value = [];
});

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

async function show(engine = new FakeEngine()) {
  provideEngine(engine);
  await openDump(new File(["x"], "a.hprof"));
  render(<Outside />);
}

describe("outside the heap", () => {
  it("a table for each kind, with its sum", async () => {
    await show();
    const table = await screen.findByRole("grid", { name: "Direct buffers" });
    await waitFor(() => expect(table.textContent).toContain("FrameCache.FRAMES_BY_AGE"));
    expect(screen.getByText("1,024 · 64.0 MiB")).toBeTruthy();
    expect(screen.getByText("40 · about 40.0 MiB")).toBeTruthy();
    expect(screen.getByText("3 smaller rows are not listed.")).toBeTruthy();
  });

  it("counts one row as one", async () => {
    const engine = new FakeEngine();
    const answer = await engine.outside();
    if (!answer.ok) throw new Error("no report");
    const kinds = answer.value.kinds.map((kind) => ({ ...kind, more: kind.more > 0 ? 1 : 0 }));
    vi.spyOn(engine, "outside").mockResolvedValue({ ok: true, value: { ...answer.value, kinds } });
    await show(engine);
    expect(await screen.findByText("1 smaller row is not listed.")).toBeTruthy();
  });

  it("makes control characters of texts visible", async () => {
    await show();
    const table = await screen.findByRole("grid", { name: "JDBC statements" });
    await waitFor(() => expect(table.textContent).toContain("SELECT 1"));
    expect(table.textContent).not.toContain("\u202e");
  });

  it("says so where there is nothing", async () => {
    await show(new FakeEngine("healthy"));
    expect(await screen.findByText(/No object of this heap owns anything outside/)).toBeTruthy();
  });

  it("compares a text that was pasted, and lets it go again", async () => {
    await show();
    const field = await screen.findByRole("textbox", { name: "Text of jcmd or smaps" });
    fireEvent.input(field, { target: { value: "1:\nNative Memory Tracking:" } });
    fireEvent.click(screen.getByRole("button", { name: "Compare" }));
    const table = await screen.findByRole("grid", {
      name: "Native memory tracking beside the heap",
    });
    await waitFor(() => expect(table.textContent).toContain("Other"));
    const other = within(table)
      .getAllByRole("row")
      .find((row) => row.textContent?.includes("Other"));
    expect(other?.textContent).toContain("80.0 MiB64.0 MiB16.0 MiB");
    expect(table.textContent).toContain("not known");
    fireEvent.click(screen.getByRole("button", { name: "Remove" }));
    await waitFor(() => expect(screen.queryByText(/The JVM has committed/)).toBeNull());
  });

  it("shows no figures of an older text beside a newer one of its name", async () => {
    await show();
    addTexts([{ name: "nmt.txt", text: "1:\nNative Memory Tracking:" }]);
    await screen.findByRole("grid", { name: "Native memory tracking beside the heap" });
    addTexts([{ name: "nmt.txt", text: "hello" }]);
    await screen.findByText("Reading…");
    expect(screen.queryByText("Native memory tracking")).toBeNull();
    expect(await screen.findByText("Not recognised")).toBeTruthy();
  });

  it("says of a text that is none of those that it is not recognised", async () => {
    await show();
    const field = await screen.findByRole("textbox", { name: "Text of jcmd or smaps" });
    fireEvent.input(field, { target: { value: "hello" } });
    fireEvent.click(screen.getByRole("button", { name: "Compare" }));
    expect(await screen.findByText("Not recognised")).toBeTruthy();
  });
});
