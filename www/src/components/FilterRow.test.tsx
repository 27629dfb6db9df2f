import { cleanup, fireEvent, render, screen } from "@testing-library/preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FilterRow, type FilterRowProps } from "./FilterRow";

type Key = "name" | "size";

const COLUMNS = [
  { key: "name", title: "Class", filter: "name or /regex/" },
  { key: "size", title: "Shallow", numeric: true, filter: ">1M" },
] as const;

function show(more: Partial<FilterRowProps<Key>> = {}) {
  const onFilter = vi.fn();
  const onLeave = vi.fn();
  const props = {
    columns: COLUMNS,
    filter: {},
    error: null,
    rowIndex: 2,
    template: "1fr 1fr",
    onFilter,
    onLeave,
  };
  const view = render(<FilterRow<Key> {...props} {...more} />);
  const rerender = (next: Partial<FilterRowProps<Key>>) =>
    view.rerender(<FilterRow<Key> {...props} {...next} />);
  return { onFilter, onLeave, rerender };
}

const field = (title: string) =>
  screen.getByRole<HTMLInputElement>("searchbox", { name: `Filter by ${title}` });

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

describe("the filter row", () => {
  it("applies a filter once typing pauses", () => {
    const { onFilter } = show();
    fireEvent.input(field("Class"), { target: { value: "Map" } });
    fireEvent.input(field("Class"), { target: { value: "/Map$/" } });
    expect(onFilter).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1_000);
    expect(onFilter.mock.calls).toEqual([[{ name: "/Map$/" }]]);
  });

  it("keeps the filters of other columns, and drops its own when emptied", () => {
    const { onFilter } = show({ filter: { name: "Map", size: ">1M" } });
    fireEvent.input(field("Class"), { target: { value: "" } });
    vi.advanceTimersByTime(1_000);
    expect(onFilter).toHaveBeenLastCalledWith({ size: ">1M" });
  });

  it("applies at once and goes to the rows on Enter and on arrow down", () => {
    const { onFilter, onLeave } = show();
    fireEvent.input(field("Shallow"), { target: { value: "1000..2000" } });
    fireEvent.keyDown(field("Shallow"), { key: "Enter" });
    expect(onFilter).toHaveBeenLastCalledWith({ size: "1000..2000" });
    fireEvent.keyDown(field("Shallow"), { key: "ArrowDown" });
    expect(onLeave).toHaveBeenCalledTimes(2);
    vi.advanceTimersByTime(1_000);
    expect(onFilter).toHaveBeenCalledTimes(1);
  });

  it("clears on Escape, and leaves on a second one", () => {
    const { onFilter, onLeave, rerender } = show({ filter: { name: "Map" } });
    fireEvent.keyDown(field("Class"), { key: "Escape" });
    expect(onFilter).toHaveBeenLastCalledWith({});
    expect(onLeave).not.toHaveBeenCalled();
    rerender({ filter: {}, onFilter, onLeave });
    fireEvent.keyDown(field("Class"), { key: "Escape" });
    expect(onLeave).toHaveBeenCalledTimes(1);
  });

  it("says what it could not read, at the field that holds it", () => {
    show({
      filter: { size: ">1Q" },
      error: { key: "size", message: "Q is no unit: use K, M or G." },
    });
    expect(field("Shallow").getAttribute("aria-invalid")).toBe("true");
    expect(field("Class").getAttribute("aria-invalid")).toBe("false");
    const said = document.getElementById(field("Shallow").getAttribute("aria-describedby") ?? "");
    expect(said?.textContent).toBe("Q is no unit: use K, M or G.");
  });

  it("shows a filter that came from elsewhere, such as Back", () => {
    const { rerender } = show({ filter: { name: "Map" } });
    expect(field("Class").value).toBe("Map");
    rerender({ filter: { name: "List" } });
    expect(field("Class").value).toBe("List");
  });
});
