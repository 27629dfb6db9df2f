import { cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Answer, SortKey, Window } from "../engine/protocol";
import { DataTable, type DataTableProps } from "./DataTable";
import type { Column } from "./DataTableColumns";
import type { TableQuery } from "./DataTableRows";
import { pretendLayout } from "./DataTableTestLayout";
import { MOUNTED_ROWS } from "./DataTableWindow";

interface Fruit {
  id: number;
  name: string;
}
type Fruits = Window<Fruit> & { bad?: string };
type Key = "name" | "id";

const COLUMNS: Column<Fruit, Key, Fruits>[] = [
  {
    key: "name",
    title: "Name",
    hint: "What it is called.",
    width: 100,
    grow: 1,
    sortable: true,
    filter: "name",
    cell: (row) => row.name,
    text: (row) => row.name,
  },
  {
    key: "id",
    title: "Number",
    hint: "Its number.",
    width: 80,
    numeric: true,
    sortable: true,
    filter: ">5",
    cell: (row) => row.id,
    text: (row) => String(row.id),
  },
];

/** `total` fruits; the filter on the name keeps those whose name contains it. */
function provider(total: number) {
  return vi.fn((query: TableQuery<Key>, start: number, count: number): Promise<Answer<Fruits>> => {
    const needle = query.filter.name ?? "";
    const matching = needle === "" ? total : needle === "none" ? 0 : 3;
    const rows = Array.from({ length: Math.max(0, Math.min(count, matching - start)) }, (_, i) => ({
      id: start + i,
      name: `fruit ${start + i}`,
    }));
    return Promise.resolve({ ok: true, value: { rows, start, matching, total } });
  });
}

function table(
  fetch: ReturnType<typeof provider>,
  more: Partial<DataTableProps<Fruit, Key, Fruits>> = {},
) {
  return (
    <DataTable
      label="Fruits"
      columns={COLUMNS}
      source={{ key: "1", fetch }}
      noun={["fruit", "fruits"]}
      {...more}
    />
  );
}

/** The name of the row that has the virtual focus. */
function current(): string | null {
  const id = screen.getByRole("grid").getAttribute("aria-activedescendant");
  return id === null ? null : (document.getElementById(id)?.textContent ?? "(not rendered)");
}

const press = (key: string, more: KeyboardEventInit = {}) =>
  fireEvent.keyDown(screen.getByRole("grid"), { key, ...more });
const ROW_COUNT_AT_480 = 40;

beforeEach(pretendLayout);

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

describe("a data table", () => {
  it("tells assistive technology how long it is, and mounts only what is on screen", async () => {
    render(table(provider(36_118_377)));
    await screen.findByText("fruit 0");
    const grid = screen.getByRole("grid", { name: "Fruits" });
    expect(grid.getAttribute("aria-rowcount")).toBe(String(36_118_377 + 1));
    expect(within(grid).getAllByRole("row").length).toBeLessThan(ROW_COUNT_AT_480);
    expect(
      within(grid).getByText("fruit 0").closest("[role=row]")?.getAttribute("aria-rowindex"),
    ).toBe("2");
  });

  it("moves a virtual focus while the real one stays on the grid, and selects along", async () => {
    const onSelect = vi.fn();
    render(table(provider(1_000), { onSelect }));
    await screen.findByText("fruit 0");
    screen.getByRole("grid").focus();
    press("ArrowDown");
    press("ArrowDown");
    await waitFor(() => expect(current()).toContain("fruit 1"));
    expect(document.activeElement).toBe(screen.getByRole("grid"));
    expect(onSelect.mock.lastCall?.[0]).toEqual({ id: 1, name: "fruit 1" });
    const selected = screen
      .getAllByRole("row")
      .filter((row) => row.getAttribute("aria-selected") === "true");
    expect(selected).toHaveLength(1);
  });

  it("selects a far row as soon as it has arrived", async () => {
    const onSelect = vi.fn();
    render(table(provider(5_000), { onSelect }));
    await screen.findByText("fruit 0");
    press("End");
    await waitFor(() =>
      expect(onSelect).toHaveBeenLastCalledWith({ id: 4_999, name: "fruit 4999" }),
    );
    await waitFor(() => expect(current()).toContain("fruit 4999"));
    press("Home");
    await waitFor(() => expect(current()).toContain("fruit 0"));
  });

  it("opens with Enter and with a double click", async () => {
    const onOpen = vi.fn();
    render(table(provider(10), { onOpen }));
    press("Enter");
    await screen.findByText("fruit 0");
    press("Enter");
    expect(onOpen).not.toHaveBeenCalled();
    press("ArrowDown");
    press("Enter");
    fireEvent.dblClick(screen.getByText("fruit 4"));
    expect(onOpen.mock.calls.map(([row]) => row.id)).toEqual([0, 4]);
  });

  it("asks the engine to sort: figures downwards first, text upwards, then the other way", async () => {
    const onSort = vi.fn<(sort: SortKey<Key>) => void>();
    const fetch = provider(10);
    const { rerender } = render(table(fetch, { onSort }));
    fireEvent.click(screen.getByRole("button", { name: "Number" }));
    expect(onSort).toHaveBeenLastCalledWith({ key: "id", descending: true });
    rerender(table(fetch, { onSort, sort: { key: "id", descending: true } }));
    expect(screen.getByRole("columnheader", { name: /Number/ }).getAttribute("aria-sort")).toBe(
      "descending",
    );
    await waitFor(() =>
      expect(fetch.mock.lastCall?.[0].sort).toEqual({ key: "id", descending: true }),
    );
    fireEvent.click(screen.getByRole("button", { name: /Number/ }));
    expect(onSort).toHaveBeenLastCalledWith({ key: "id", descending: false });
    fireEvent.click(screen.getByRole("button", { name: "Name" }));
    expect(onSort).toHaveBeenLastCalledWith({ key: "name", descending: false });
  });

  it("says what a filter left, and how to lift one that left nothing", async () => {
    const fetch = provider(1_000);
    const onFilter = vi.fn();
    const totals = () => ({});
    const { rerender } = render(table(fetch, { onFilter, totals, filter: { name: "kiwi" } }));
    expect(await screen.findByText("3 of 1,000 fruits")).toBeTruthy();
    rerender(table(fetch, { onFilter, totals, filter: { name: "none" } }));
    fireEvent.click(await screen.findByRole("button", { name: "Clear the filter" }));
    expect(onFilter).toHaveBeenLastCalledWith({});
  });

  it("begins at the top again after another filter", async () => {
    const fetch = provider(1_000);
    const { rerender } = render(table(fetch, { onFilter: () => {} }));
    await screen.findByText("fruit 0");
    press("End");
    await waitFor(() => expect(current()).toContain("fruit 999"));
    rerender(table(fetch, { onFilter: () => {}, filter: { name: "kiwi" } }));
    await waitFor(() => expect(screen.getByRole("grid").getAttribute("aria-rowcount")).toBe("5"));
    expect(current()).toBeNull();
  });

  it("shows 500,000 rows at a time and leads to the others", async () => {
    const fetch = provider(1_200_000);
    render(table(fetch));
    await screen.findByText("fruit 0");
    expect(screen.getByText(/fruits 1–500,000 of 1,200,000/)).toBeTruthy();
    fireEvent.click(screen.getByRole("button", { name: /Next/ }));
    await waitFor(() => expect(current()).toContain(`fruit ${MOUNTED_ROWS}`));
    press("ArrowUp");
    await waitFor(() => expect(current()).toContain("fruit 499999"));
    const rank = screen.getByLabelText(/Jump to rank/);
    fireEvent.input(rank, { target: { value: "1,200,001" } });
    expect(screen.getByRole<HTMLButtonElement>("button", { name: "Go" }).disabled).toBe(true);
    fireEvent.input(rank, { target: { value: "1,200,000" } });
    fireEvent.click(screen.getByRole("button", { name: "Go" }));
    await waitFor(() => expect(current()).toContain("fruit 1199999"));
  });

  it("copies the row with c and the table with Ctrl+C", async () => {
    const writeText = vi.fn(() => Promise.resolve());
    vi.stubGlobal("navigator", { ...navigator, clipboard: { writeText }, platform: "" });
    render(table(provider(2)));
    await screen.findByText("fruit 0");
    press("ArrowDown");
    press("c");
    await waitFor(() => expect(writeText).toHaveBeenLastCalledWith("fruit 0\t0"));
    press("c", { ctrlKey: true });
    await waitFor(() =>
      expect(writeText).toHaveBeenLastCalledWith("Name\tNumber\nfruit 0\t0\nfruit 1\t1"),
    );
    vi.unstubAllGlobals();
  });

  it("exports all matching rows as a file, step by step", async () => {
    const saved: Blob[] = [];
    vi.spyOn(URL, "createObjectURL").mockImplementation(
      (blob) => `blob:${saved.push(blob as Blob)}`,
    );
    vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(() => {});
    const fetch = provider(12_000);
    render(table(fetch, { totals: () => ({}) }));
    fireEvent.click(await screen.findByRole("button", { name: "CSV" }));
    await waitFor(() => expect(saved).toHaveLength(1));
    const lines = (await saved[0]?.text())?.trimEnd().split("\r\n") ?? [];
    expect(lines).toHaveLength(12_001);
    expect(lines[0]).toBe("Name,Number");
    expect(lines.at(-1)).toBe("fruit 11999,11999");
    expect(Math.max(...fetch.mock.calls.map(([, , count]) => count))).toBeLessThan(12_000);
  });

  it("says in place that rows could not be read, and tries again", async () => {
    const fetch = provider(5);
    fetch.mockResolvedValueOnce({
      ok: false,
      error: { kind: "read", message: "The file has moved.", offset: null, advice: null },
    });
    render(table(fetch));
    expect((await screen.findByRole("alert")).textContent).toContain("The file has moved.");
    fireEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(await screen.findByText("fruit 4")).toBeTruthy();
    expect(screen.queryByRole("alert")).toBeNull();
  });

  it("returns to the row that was left", async () => {
    const fetch = provider(1_000);
    const first = render(table(fetch, { memory: "test-table" }));
    await screen.findByText("fruit 0");
    press("ArrowDown");
    press("ArrowDown");
    press("ArrowDown");
    first.unmount();
    render(table(fetch, { memory: "test-table" }));
    await waitFor(() => expect(current()).toContain("fruit 2"));
  });
});
