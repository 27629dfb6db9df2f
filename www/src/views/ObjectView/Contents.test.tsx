import { fireEvent, render, screen, waitFor, within } from "@testing-library/preact";
import { describe, expect, it, vi } from "vitest";
import { FakeEngine } from "../../../test/fake-engine";
import { LIST, row } from "../../../test/fake-heap";
import { withDump } from "../../../test/with-dump";
import type { ContentsWindow } from "../../engine/protocol";
import { Contents, contentsNotes } from "./Contents";

withDump();

describe("the contents of a collection", () => {
  it("are rows with what each retains, in pages", async () => {
    render(<Contents row={row(LIST)} kind="list" dump="1" />);
    const table = await screen.findByRole("grid", { name: "Contents" });
    await waitFor(() => expect(within(table).getAllByText(/WsSession/).length).toBeGreaterThan(3));
    expect(table.getAttribute("aria-rowcount")).toBe("4981");
    const titles = within(table).getAllByRole("columnheader");
    expect(titles.map((title) => title.textContent)).toEqual(["Index ↑", "Element", "Retained"]);
  });

  it("are sorted by the engine", async () => {
    const asked = vi.spyOn(FakeEngine.prototype, "contents");
    render(<Contents row={row(LIST)} kind="list" dump="1" />);
    const table = await screen.findByRole("grid", { name: "Contents" });
    fireEvent.click(within(table).getByText("Retained"));
    await waitFor(() =>
      expect(asked.mock.calls.at(-1)?.[1]).toMatchObject({ key: "retained", descending: true }),
    );
  });

  it("of a map have keys and values", async () => {
    render(<Contents row={row(LIST)} kind="map" dump="1" />);
    const table = await screen.findByRole("grid", { name: "Contents" });
    const titles = within(table).getAllByRole("columnheader");
    expect(titles.map((title) => title.textContent)).toContain("Value");
    expect(titles.map((title) => title.textContent)).toContain("Key");
  });
});

describe("notes about contents", () => {
  const sane: ContentsWindow = {
    kind: "map",
    rows: [],
    start: 0,
    total: 3,
    matching: 3,
    size: 3,
    counted: true,
    limited: false,
    sortable: true,
    troubles: [],
  };

  it("are none where all is well", () => {
    expect(contentsNotes(sane)).toEqual([]);
  });

  it("tell of damage, of limits and of sizes that lie", () => {
    expect(contentsNotes({ ...sane, troubles: ["loop"] })[0]).toContain("leads back to itself");
    expect(contentsNotes({ ...sane, size: 5 })[0]).toContain("It says that it has 5; 3 were found");
    expect(contentsNotes({ ...sane, limited: true, total: 1_048_576 })).toEqual([
      "Only the first 1,048,576 entries are listed.",
    ]);
    expect(contentsNotes({ ...sane, sortable: false })[0]).toContain("too many elements");
  });
});
