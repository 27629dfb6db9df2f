import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { chooseColumn, rereadColumns, tableKey } from "../state/columnChoice";
import { pretendLayout } from "./DataTableTestLayout";
import { TreeTable, type TreeTableProps } from "./TreeTable";

interface Item {
  name: string;
  children: number;
}

/** Two levels: a (3 children), b (250 children), c (a leaf). */
function source() {
  const top: Item[] = [
    { name: "a", children: 3 },
    { name: "b", children: 250 },
    { name: "c", children: 0 },
  ];
  return {
    key: "1",
    children: vi.fn((parent: Item | null, start: number, count: number) => {
      const all =
        parent === null
          ? top
          : Array.from({ length: parent.children }, (_, i) => ({
              name: `${parent.name}${i}`,
              children: 0,
            }));
      return Promise.resolve({
        ok: true as const,
        value: {
          rows: all.slice(start, start + count),
          start,
          matching: all.length,
          total: all.length,
        },
      });
    }),
    keyOf: (row: Item) => row.name,
    expandable: (row: Item) => row.children > 0,
  };
}

const COLUMNS = [
  {
    key: "name",
    title: "Name",
    hint: "Its name.",
    width: 100,
    cell: (row: Item) => row.name,
    text: (row: Item) => row.name,
  },
  {
    key: "children",
    title: "Children",
    hint: "How many.",
    width: 60,
    numeric: true,
    cell: (row: Item) => row.children,
    text: (row: Item) => String(row.children),
  },
];

function tree(more: Partial<TreeTableProps<Item>> = {}) {
  return (
    <TreeTable
      label="Items"
      columns={COLUMNS}
      source={source()}
      noun={["item", "items"]}
      {...more}
    />
  );
}

const press = (key: string, more: KeyboardEventInit = {}) =>
  fireEvent.keyDown(screen.getByRole("treegrid"), { key, ...more });

/** The line that has the virtual focus. */
function current(): HTMLElement {
  const id = screen.getByRole("treegrid").getAttribute("aria-activedescendant");
  const line = id === null ? null : document.getElementById(id);
  if (line === null) throw new Error("no current line");
  return line;
}

const name = () => current().querySelector("[role=gridcell]")?.textContent;

beforeEach(pretendLayout);

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

describe("a tree table", () => {
  it("copies of a line what is shown, not what the person hid", async () => {
    const writeText = vi.fn(() => Promise.resolve());
    vi.stubGlobal("navigator", { ...navigator, clipboard: { writeText }, platform: "" });
    localStorage.clear();
    rereadColumns();
    chooseColumn(tableKey(COLUMNS), 1, false);
    render(tree());
    await screen.findByText("a");
    press("ArrowDown");
    press("c");
    await waitFor(() => expect(writeText).toHaveBeenCalledWith("a"));
    localStorage.clear();
    rereadColumns();
    vi.unstubAllGlobals();
  });

  it("says level, rank, number of siblings and whether a line is open", async () => {
    render(tree());
    await screen.findByText("a");
    press("ArrowDown");
    await waitFor(() => expect(name()).toBe("a"));
    const line = current();
    expect(line.getAttribute("aria-level")).toBe("1");
    expect(line.getAttribute("aria-posinset")).toBe("1");
    expect(line.getAttribute("aria-setsize")).toBe("3");
    expect(line.getAttribute("aria-expanded")).toBe("false");
    expect(line.getAttribute("aria-selected")).toBe("true");
    press("End");
    await waitFor(() => expect(name()).toBe("c"));
    expect(current().hasAttribute("aria-expanded")).toBe(false);
  });

  it("opens with arrow right, then goes to the first child; arrow left goes back and closes", async () => {
    const onSelect = vi.fn();
    render(tree({ onSelect }));
    await screen.findByText("a");
    press("ArrowDown");
    await waitFor(() => expect(name()).toBe("a"));
    press("ArrowRight");
    await screen.findByText("a0");
    expect(name()).toBe("a");
    expect(current().getAttribute("aria-expanded")).toBe("true");
    press("ArrowRight");
    await waitFor(() => expect(name()).toBe("a0"));
    expect(current().getAttribute("aria-level")).toBe("2");
    expect(onSelect.mock.lastCall?.[0].name).toBe("a0");
    press("ArrowLeft");
    await waitFor(() => expect(name()).toBe("a"));
    press("ArrowLeft");
    await waitFor(() => expect(screen.queryByText("a0")).toBeNull());
    expect(name()).toBe("a");
  });

  it("shows more children on Enter and goes to the first new one", async () => {
    render(tree());
    await screen.findByText("b");
    press("ArrowDown");
    press("ArrowDown");
    await waitFor(() => expect(name()).toBe("b"));
    press("ArrowRight");
    await screen.findByText("b0");
    press("End");
    press("ArrowUp");
    await waitFor(() => expect(name()).toBe("Show 100 more items (150 left)"));
    press("Enter");
    await waitFor(() => expect(name()).toBe("b100"));
    press("End");
    press("ArrowUp");
    await waitFor(() => expect(name()).toBe("Show 50 more items (50 left)"));
  });

  it("does not leave the cursor inside a branch that the mouse closed", async () => {
    render(tree());
    await screen.findByText("a");
    press("ArrowDown");
    await waitFor(() => expect(name()).toBe("a"));
    press("ArrowRight");
    await screen.findByText("a2");
    press("ArrowDown");
    await waitFor(() => expect(name()).toBe("a0"));
    fireEvent.click(screen.getByRole("button", { name: "Collapse" }));
    await waitFor(() => expect(name()).toBe("a"));
  });

  it("opens all siblings with *", async () => {
    render(tree());
    await screen.findByText("a");
    press("ArrowDown");
    await waitFor(() => expect(name()).toBe("a"));
    press("*");
    await screen.findByText("a2");
    await screen.findByText("b0");
  });

  it("opens an object with Enter", async () => {
    const onOpen = vi.fn();
    render(tree({ onOpen }));
    await screen.findByText("a");
    press("ArrowDown");
    await waitFor(() => expect(name()).toBe("a"));
    press("Enter");
    expect(onOpen.mock.lastCall?.[0].name).toBe("a");
  });

  it("goes to a line that is named from outside, however far down", async () => {
    const path = [
      { name: "b", children: 250 },
      { name: "b222", children: 0 },
    ];
    render(tree({ reveal: { key: "b222", path } }));
    await waitFor(() => expect(name()).toBe("b222from further down"));
    expect(current().hasAttribute("aria-posinset")).toBe(false);
  });

  it("is as it was after Back: open nodes and cursor", async () => {
    const away = render(tree({ memory: "test-tree" }));
    await screen.findByText("a");
    press("ArrowDown");
    await waitFor(() => expect(name()).toBe("a"));
    press("ArrowRight");
    await screen.findByText("a1");
    press("ArrowDown");
    await waitFor(() => expect(name()).toBe("a0"));
    away.unmount();
    const fresh = source();
    render(tree({ memory: "test-tree", source: fresh }));
    await waitFor(() => expect(name()).toBe("a0"));
    expect(fresh.children).not.toHaveBeenCalled();
  });

  it("jumps to the next line that begins with a letter, unless the letter means something on the page", async () => {
    render(tree());
    await screen.findByText("a");
    press("b");
    await waitFor(() => expect(name()).toBe("b"));
    press("A");
    await waitFor(() => expect(name()).toBe("a"));
    press("C");
    await waitFor(() => expect(name()).toBe("c"));
    press("Home");
    // "t" switches the theme: the tree leaves it alone.
    expect(press("t")).toBe(true);
    await waitFor(() => expect(name()).toBe("a"));
  });

  it("keeps open what was open when the order changes, and the old rows until the new ones are there", async () => {
    const first = source();
    const { rerender } = render(tree({ source: first }));
    await screen.findByText("a");
    press("ArrowDown");
    await waitFor(() => expect(name()).toBe("a"));
    press("ArrowRight");
    await screen.findByText("a0");
    const next = { ...source(), key: "2" };
    const answers = next.children.getMockImplementation();
    let answer = () => {};
    const asked = new Promise<void>((resolve) => {
      answer = resolve;
    });
    next.children.mockImplementation(async (...args) => {
      await asked;
      if (answers === undefined) throw new Error("no rows");
      return answers(...args);
    });
    rerender(tree({ source: next }));
    expect(screen.getByText("a0")).toBeTruthy();
    await waitFor(() =>
      expect(screen.getByRole("treegrid").getAttribute("aria-busy")).toBe("true"),
    );
    answer();
    await waitFor(() =>
      expect(screen.getByRole("treegrid").getAttribute("aria-busy")).toBe("false"),
    );
    await screen.findByText("a0");
    expect(next.children.mock.calls.map(([parent]) => parent?.name ?? null)).toEqual([null, "a"]);
    expect(name()).toBe("a");
  });

  it("asks for the order that a header says, and for filters as they are typed", async () => {
    const [onSort, onFilter] = [vi.fn(), vi.fn()];
    const columns = COLUMNS.map((column) => ({ ...column, sortable: true, filter: "text" }));
    render(tree({ columns, sort: { key: "children", descending: true }, onSort, onFilter }));
    await screen.findByText("a");
    fireEvent.click(screen.getByRole("button", { name: "Name" }));
    expect(onSort).toHaveBeenLastCalledWith({ key: "name", descending: false });
    fireEvent.click(screen.getByRole("button", { name: /Children/ }));
    expect(onSort).toHaveBeenLastCalledWith({ key: "children", descending: false });
    const field = screen.getByRole("searchbox", { name: "Filter by Name" });
    expect(field.title).toContain("Of the first level");
    fireEvent.input(field, { target: { value: "b" } });
    await waitFor(() => expect(onFilter).toHaveBeenLastCalledWith({ name: "b" }));
    // Keys that move lines mean text in a field.
    fireEvent.keyDown(field, { key: "*" });
    expect(screen.queryByText("a0")).toBeNull();
  });

  it("adds up the first level, and says when its filter leaves nothing", async () => {
    const totals = vi.fn(({ total }: { total: number }) => ({ children: `sum of ${total}` }));
    const { rerender } = render(tree({ totals }));
    await screen.findByText("3 items");
    expect(screen.getByText("sum of 3")).toBeTruthy();
    const none = {
      ...source(),
      key: "2",
      children: vi.fn(() =>
        Promise.resolve({
          ok: true as const,
          value: { rows: [] as Item[], start: 0, matching: 0, total: 3 },
        }),
      ),
    };
    const onFilter = vi.fn();
    rerender(tree({ source: none, totals, filter: { name: "zz" }, onFilter }));
    await screen.findByText("0 of 3 items");
    fireEvent.click(screen.getByRole("button", { name: "Clear the filter" }));
    expect(onFilter).toHaveBeenLastCalledWith({});
  });

  it("exports the first level and what is below the current row, all of it", async () => {
    const saved: Blob[] = [];
    vi.spyOn(URL, "createObjectURL").mockImplementation((blob) => {
      saved.push(blob as Blob);
      return "blob:x";
    });
    vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(() => {});
    render(tree());
    await screen.findByText("b");
    const choose = async (item: string) => {
      fireEvent.click(screen.getByRole("button", { name: /^Columns, copy and export/ }));
      fireEvent.click(await screen.findByRole("menuitem", { name: item }));
    };
    await choose("Export CSV");
    await waitFor(() => expect(saved).toHaveLength(1));
    expect(await saved[0]?.text()).toBe("Name,Children\r\na,3\r\nb,250\r\nc,0\r\n");
    press("ArrowDown");
    press("ArrowDown");
    await waitFor(() => expect(name()).toBe("b"));
    await choose("Export below as JSON");
    await waitFor(() => expect(saved).toHaveLength(2));
    const rows = JSON.parse((await saved[1]?.text()) ?? "");
    expect(rows).toHaveLength(250);
    expect(rows[249]).toEqual({ Name: "b249", Children: 0 });
  });
});
