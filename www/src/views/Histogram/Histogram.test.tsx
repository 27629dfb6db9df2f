import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeEngine } from "../../../test/fake-engine";
import { pretendLayout } from "../../components/DataTableTestLayout";
import { HISTOGRAM, route } from "../../state/route";
import {
  cancelLoad,
  openDump,
  phase,
  progress,
  provideEngine,
  selection,
} from "../../state/session";
import { Histogram } from "./Histogram";

/** Follows the route as the shell does. */
function Place() {
  const place = route.value;
  return place.view === "histogram" ? <Histogram route={place} /> : <p>{place.view}</p>;
}

beforeEach(() => {
  pretendLayout();
  route.value = { ...HISTOGRAM } as typeof route.value;
});

afterEach(async () => {
  cleanup();
  await cancelLoad();
  vi.restoreAllMocks();
});

const grid = () => screen.getByRole("grid", { name: "Class histogram" });

describe("the histogram", () => {
  it("is readable while the dump loads: retained sizes wait calmly, the order is by shallow size", async () => {
    provideEngine(new FakeEngine("loading"));
    void openDump(new File(["x"], "a.hprof"));
    await waitFor(() => expect(progress.value?.histogramReady).toBe(true));
    expect(phase.value).toBe("loading");
    route.value = HISTOGRAM;
    render(<Place />);
    expect((await screen.findAllByText("being computed")).length).toBeGreaterThan(5);
    expect(screen.getByRole("columnheader", { name: /Shallow/ }).getAttribute("aria-sort")).toBe(
      "descending",
    );
  });

  it("selects a class as the cursor moves and opens it with Enter", async () => {
    provideEngine(new FakeEngine());
    await openDump(new File(["x"], "b.hprof"));
    route.value = HISTOGRAM;
    render(<Place />);
    await screen.findByText("ExcelExportTaskWebSocket");
    fireEvent.keyDown(grid(), { key: "ArrowDown" });
    await waitFor(() =>
      expect(selection.value).toMatchObject({ name: "com.ksh.export.ExcelExportTaskWebSocket" }),
    );
    fireEvent.keyDown(grid(), { key: "Enter" });
    await waitFor(() => expect(route.value).toMatchObject({ view: "class", id: 0 }));
  });

  it("keeps order and filter in the address", async () => {
    provideEngine(new FakeEngine());
    await openDump(new File(["x"], "c.hprof"));
    route.value = HISTOGRAM;
    render(<Place />);
    await screen.findByText("ExcelExportTaskWebSocket");
    fireEvent.click(screen.getByRole("button", { name: /Objects/ }));
    expect(route.value).toMatchObject({ sort: { key: "instances", descending: true } });
    const field = screen.getByRole("searchbox", { name: "Filter by Class" });
    fireEvent.input(field, { target: { value: "websocket" } });
    fireEvent.keyDown(field, { key: "Enter" });
    await waitFor(() => expect(route.value).toMatchObject({ filter: { name: "websocket" } }));
    expect(await screen.findByText(/^3 of 3,\d+ classes$/)).toBeTruthy();
  });
});
