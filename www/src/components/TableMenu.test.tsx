import { cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeEngine } from "../../test/fake-engine";
import type { Answer, Window } from "../engine/protocol";
import { rereadColumns, tableKey } from "../state/columnChoice";
import { epoch, openDump, provideEngine } from "../state/session";
import { DataTable, type DataTableProps } from "./DataTable";
import type { Column } from "./DataTableColumns";
import type { TableQuery } from "./DataTableRows";
import { pretendLayout } from "./DataTableTestLayout";
import { exporting, jsonValue, uniqueNames } from "./TableExport";
import { menuTarget } from "./TableMenu";

interface Fruit {
  name: string;
  weight: number | null;
}
type Fruits = Window<Fruit>;
type Key = "name" | "weight" | "origin";

const COLUMNS: Column<Fruit, Key, Fruits>[] = [
  {
    key: "name",
    title: "Name",
    hint: "Its name.",
    width: 100,
    cell: (r) => r.name,
    text: (r) => r.name,
  },
  {
    key: "weight",
    title: "Weight",
    hint: "In grams.",
    width: 80,
    numeric: true,
    filter: ">1",
    cell: (r) => r.weight,
    text: (r) => String(r.weight ?? ""),
  },
  {
    key: "origin",
    title: "Origin",
    hint: "Where from.",
    width: 700,
    hideBelow: 5_000,
    cell: () => "Spain",
    text: () => "Spain",
  },
];

function provider(total: number) {
  return vi.fn(
    (_: TableQuery<Key>, start: number, count: number): Promise<Answer<Fruits>> =>
      Promise.resolve({
        ok: true,
        value: {
          rows: Array.from({ length: Math.max(0, Math.min(count, total - start)) }, (_, i) => ({
            name: `a|b<${start + i}>`,
            weight: i % 2 === 0 ? start + i : null,
          })),
          start,
          matching: total,
          total,
        },
      }),
  );
}

const table = (
  fetch: ReturnType<typeof provider>,
  more: Partial<DataTableProps<Fruit, Key, Fruits>> = {},
) => (
  <DataTable
    label="Fruits"
    columns={COLUMNS}
    source={{ key: "1", fetch }}
    noun={["fruit", "fruits"]}
    {...more}
  />
);

const heads = () => screen.getAllByRole("columnheader").map((head) => head.textContent);
const openMenu = () =>
  fireEvent.click(screen.getByRole("button", { name: /Columns, copy and export/ }));
const choose = (name: RegExp | string) =>
  fireEvent.click(
    screen.getByRole(/Weight|Origin/.test(String(name)) ? "menuitemcheckbox" : "menuitem", {
      name,
    }),
  );

/** What an export hands to the browser. */
function catchFiles(): Blob[] {
  const saved: Blob[] = [];
  vi.spyOn(URL, "createObjectURL").mockImplementation((blob) => `blob:${saved.push(blob as Blob)}`);
  vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(() => {});
  return saved;
}

beforeEach(() => {
  pretendLayout();
  localStorage.clear();
  rereadColumns();
});
afterEach(() => {
  cleanup();
  exporting.value?.cancel();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe("the column chooser", () => {
  it("hides a column here and after the page is opened anew, and brings the usual ones back", async () => {
    const first = render(table(provider(3)));
    expect(heads()).toEqual(["Name", "Weight"]);
    openMenu();
    choose(/Weight/);
    await waitFor(() => expect(heads()).toEqual(["Name"]));
    first.unmount();
    rereadColumns();
    render(table(provider(3)));
    expect(heads()).toEqual(["Name"]);
    openMenu();
    choose("Usual columns");
    await waitFor(() => expect(heads()).toEqual(["Name", "Weight"]));
    expect(localStorage.getItem("heapglass.columns")).toBe("{}");
  });

  it("shows a column for which the table is too narrow, and then scrolls sideways", async () => {
    render(table(provider(3)));
    openMenu();
    choose(/Origin/);
    await waitFor(() => expect(heads()).toEqual(["Name", "Weight", "Origin"]));
    expect(screen.getByRole("grid").className).toContain("dt-wide");
  });

  it("keeps the column that names the row, and one whose filter is at work", async () => {
    render(table(provider(3), { onFilter: () => {}, filter: { weight: ">1" } }));
    openMenu();
    for (const name of [/Name/, /Weight/]) {
      const item = screen.getByRole("menuitemcheckbox", { name });
      expect(item.getAttribute("aria-disabled")).toBe("true");
      fireEvent.click(item);
    }
    expect(heads()).toEqual(["Name", "Weight"]);
  });

  it("stores no word of the table", async () => {
    render(table(provider(3)));
    openMenu();
    choose(/Weight/);
    expect(localStorage.getItem("heapglass.columns")).toMatch(/^\{"t[0-9a-z]+":\{"1":false\}\}$/);
  });

  it("survives a storage that holds something else", () => {
    const key = tableKey(COLUMNS);
    for (const stored of [
      `{"${key}":[1],"__proto__":{"1":false},"y":7}`,
      `{"${key}":{"1":"no","x":false,"1.5":true,"-1":false}}`,
      `{"${key}":{"1":false}`,
      `["${key}"]`,
      "null",
    ]) {
      localStorage.setItem("heapglass.columns", stored);
      rereadColumns();
      const { unmount } = render(table(provider(3)));
      expect(heads(), stored).toEqual(["Name", "Weight"]);
      unmount();
    }
    // The good ones among bad ones hold.
    localStorage.setItem("heapglass.columns", `{"${key}":{"1":false,"2":"yes"}}`);
    rereadColumns();
    render(table(provider(3)));
    expect(heads()).toEqual(["Name"]);
  });
});

describe("the menu of a table", () => {
  it("is used with the keyboard: arrows, letters, Escape", async () => {
    render(table(provider(3)));
    const button = screen.getByRole("button", { name: /Columns, copy and export/ });
    openMenu();
    const menu = screen.getByRole("menu");
    await waitFor(() => expect(document.activeElement?.textContent).toBe("Copy as TSV"));
    fireEvent.keyDown(document.activeElement as Element, { key: "ArrowDown" });
    expect(document.activeElement?.textContent).toBe("Copy as Markdown");
    fireEvent.keyDown(document.activeElement as Element, { key: "w" });
    expect(document.activeElement?.textContent).toContain("Weight");
    fireEvent.keyDown(document.activeElement as Element, { key: "Escape" });
    await waitFor(() => expect(menu.isConnected).toBe(false));
    expect(document.activeElement).toBe(button);
  });

  it("wraps at both ends and stays where nothing begins so", () => {
    const labels = ["Copy", "Csv", "Name"];
    expect(menuTarget("ArrowUp", 0, labels)).toBe(2);
    expect(menuTarget("ArrowDown", 2, labels)).toBe(0);
    expect(menuTarget("c", 0, labels)).toBe(1);
    expect(menuTarget("z", 0, labels)).toBeNull();
    expect(menuTarget("Enter", 0, labels)).toBeNull();
  });

  it("copies as Markdown in which names stay text", async () => {
    const writeText = vi.fn(() => Promise.resolve());
    vi.stubGlobal("navigator", { ...navigator, clipboard: { writeText }, platform: "" });
    render(table(provider(1)));
    openMenu();
    choose("Copy as Markdown");
    await waitFor(() =>
      expect(writeText).toHaveBeenLastCalledWith(
        "| Name | Weight | Origin |\n| --- | ---: | --- |\n| a\\|b\\<0\\> | 0 | Spain |",
      ),
    );
  });
});

describe("an export", () => {
  it("saves all rows as JSON, with numbers as numbers and what is not known as null", async () => {
    const saved = catchFiles();
    const fetch = provider(12_001);
    render(table(fetch));
    openMenu();
    choose("Export JSON");
    await waitFor(() => expect(saved).toHaveLength(1));
    const rows = JSON.parse((await saved[0]?.text()) ?? "");
    expect(rows).toHaveLength(12_001);
    expect(rows[0]).toEqual({ Name: "a|b<0>", Weight: 0, Origin: "Spain" });
    expect(rows[1].Weight).toBeNull();
    expect(rows.at(-1).Name).toBe("a|b<12000>");
    expect(Math.max(...fetch.mock.calls.map(([, , count]) => count))).toBeLessThan(12_000);
  });

  it("leaves out what the person hid", async () => {
    const saved = catchFiles();
    render(table(provider(1)));
    openMenu();
    choose(/Weight/);
    choose("Export CSV");
    await waitFor(() => expect(saved).toHaveLength(1));
    expect(await saved[0]?.text()).toBe("Name,Origin\r\na|b<0>,Spain\r\n");
  });

  it("says how far it is, and saves nothing when it is cancelled", async () => {
    const saved = catchFiles();
    const fetch = provider(20_000);
    render(table(fetch));
    await within(screen.getByRole("grid")).findByText("a|b<0>");
    const answers: (() => void)[] = [];
    const real = provider(20_000);
    fetch.mockImplementation(
      (...args) => new Promise((done) => answers.push(() => done(real(...args)))),
    );
    openMenu();
    choose("Export CSV");
    answers.shift()?.();
    await waitFor(() => expect(exporting.value).toMatchObject({ done: 5_000, total: 20_000 }));
    exporting.value?.cancel();
    answers.shift()?.();
    await waitFor(() => expect(exporting.value).toBeNull());
    expect(answers).toHaveLength(0);
    expect(saved).toHaveLength(0);
  });

  it("goes on while more becomes known of the same dump, and ends with the dump", async () => {
    provideEngine(new FakeEngine());
    await openDump(new File(["x"], "a.hprof"));
    const saved = catchFiles();
    const fetch = provider(20_000);
    render(table(fetch));
    await within(screen.getByRole("grid")).findByText("a|b<0>");
    fetch.mockImplementation(() => new Promise(() => {}));
    openMenu();
    choose("Export CSV");
    epoch.value++;
    expect(exporting.value).not.toBeNull();
    void openDump(new File(["x"], "b.hprof"));
    expect(exporting.value).toBeNull();
    expect(saved).toHaveLength(0);
  });

  it("saves nothing when rows cannot be read", async () => {
    const saved = catchFiles();
    const fetch = provider(20_000);
    render(table(fetch));
    await within(screen.getByRole("grid")).findByText("a|b<0>");
    fetch.mockRejectedValue(new Error("gone"));
    openMenu();
    choose("Export CSV");
    await waitFor(() => expect(exporting.value).toBeNull());
    expect(saved).toHaveLength(0);
  });

  it("tells columns of one title apart, and takes for a number only what is one", () => {
    expect(uniqueNames(["A", "B", "A", "A"])).toEqual(["A", "B", "A 2", "A 3"]);
    expect(jsonValue({ numeric: true }, "12")).toBe("12");
    expect(jsonValue({ numeric: true }, "007")).toBe('"007"');
    expect(jsonValue({ numeric: true }, "18446744073709551615")).toBe('"18446744073709551615"');
    expect(jsonValue({}, "a\u202eb")).toBe('"a\\u202eb"');
    for (const text of [
      "\u115f",
      "\u3164",
      "\u2800",
      "\ufe0f",
      "\u{e0020}",
      "\u00a0",
      "\ud800",
      "\n",
    ]) {
      const json = jsonValue({}, `a${text}b`);
      expect(json).toMatch(/^"a(\\[a-z0-9]+)+b"$/);
      expect(JSON.parse(json)).toBe(`a${text}b`);
    }
  });
});
