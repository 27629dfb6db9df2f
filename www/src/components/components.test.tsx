import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeEngine } from "../../test/fake-engine";
import { row, USED_HEAP } from "../../test/fake-heap";
import type { ObjectRow } from "../engine/protocol";
import { navigate, OVERVIEW, route } from "../state/route";
import { facts, openDump, provideEngine, recent, reset, select, selection } from "../state/session";
import { Overview } from "../views/Overview/Overview";
import { Warnings } from "../views/Overview/Warnings";
import { Size } from "./Figures";
import { Icicle } from "./Icicle/Icicle";
import { JavaNameText, ObjectLink } from "./ObjectLink";
import { Oddities, odditiesOpen } from "./Oddities/Oddities";
import { Palette, paletteOpen } from "./Palette/Palette";
import { SelectionPane } from "./Pane/SelectionPane";
import { Phrases, phrasesText } from "./Phrases";
import { ErrorPanel } from "./States";

beforeEach(async () => {
  provideEngine(new FakeEngine());
  reset();
  await openDump(new File(["JAVA PROFILE"], "a.hprof"));
  navigate(OVERVIEW);
});
afterEach(cleanup);

describe("ObjectLink", () => {
  it("goes to the object, selects it and remembers it", () => {
    render(<ObjectLink row={row(3)} />);
    const link = screen.getByRole("link");
    expect(link.getAttribute("href")).toBe(`#/object/${row(3).address}`);
    fireEvent.click(link);
    expect(route.value).toEqual({ view: "object", address: row(3).address });
    expect(selection.value).toEqual(row(3));
    expect(recent.value).toEqual([row(3)]);
  });

  it("is heard by the whole name and the value, without spaces between the parts", () => {
    render(<ObjectLink row={{ ...row(3), name: "java.lang.String", value: '"a"' }} />);
    expect(screen.getByRole("link", { name: 'java.lang.String "a"' })).toBeTruthy();
    cleanup();
    const { container } = render(<JavaNameText name="java.lang.String" />);
    for (const seen of container.querySelectorAll("[aria-hidden]")) seen.remove();
    expect(container.textContent).toBe("java.lang.String");
  });

  it("leaves a click for a new tab to the browser", () => {
    render(<ObjectLink row={row(3)} />);
    fireEvent.click(screen.getByRole("link"), { ctrlKey: true });
    expect(route.value).toEqual(OVERVIEW);
  });

  it("shows hostile names and values as harmless text", () => {
    const hostile: ObjectRow = {
      ...row(8),
      name: "<img src=x onerror=alert(1)>",
      value: '"a\u202eb\0"',
    };
    const { container } = render(<ObjectLink row={hostile} />);
    expect(container.querySelector("img")).toBeNull();
    expect(container.textContent).toContain("<img src=x onerror=alert(1)>");
    expect(container.textContent).toContain('"a\\u202eb␀"');
    expect(container.innerHTML).not.toMatch(/[\u202e\0]/);
  });
});

describe("Size", () => {
  it("is short to read and exact on hover", () => {
    render(<Size bytes={316_604_416} />);
    expect(screen.getByText("302 MiB").title).toBe("316,604,416 bytes");
  });
});

describe("Phrases", () => {
  it("link to classes and objects and mark the culprit", async () => {
    const { container } = render(
      <Phrases
        of={[
          { text: "List ", kind: "plain" },
          { text: "A.B", kind: "culprit" },
          { text: " of ", kind: "plain" },
          { text: "WsSession", kind: "class", class: 1 },
          { text: " in ", kind: "plain" },
          { text: "the array", kind: "object", object: 3, address: row(3).address },
        ]}
      />,
    );
    expect(container.textContent).toBe("List A.B of WsSession in the array");
    expect(container.querySelector("em")?.textContent).toBe("A.B");
    const hrefs = screen.getAllByRole("link").map((link) => link.getAttribute("href"));
    expect(hrefs).toEqual(["#/class/1/WsSession", `#/object/${row(3).address}`]);
    fireEvent.click(screen.getByRole("link", { name: "the array" }));
    await waitFor(() => expect(route.value).toEqual({ view: "object", address: row(3).address }));
  });

  it("copy as plain text", () =>
    expect(
      phrasesText([
        { text: "a ", kind: "plain" },
        { text: "b\u202e", kind: "strong" },
      ]),
    ).toBe("a b\\u202e"));
});

describe("the selection pane", () => {
  it("shows what holds the selection and follows it", async () => {
    select(row(3));
    render(<SelectionPane />);
    await screen.findByText("GC root · System class");
    expect(screen.getByText(".elementData")).toBeTruthy();
    select(row(5));
    await screen.findByText("GC root · Thread");
    expect(screen.queryByText(".elementData")).toBeNull();
  });

  it("says when only weak references lead to the object", async () => {
    select(row(8));
    render(<SelectionPane />);
    await screen.findByText(/Only weak, soft, phantom or finalizer references/);
  });

  it("shows a class too", async () => {
    select(row(3).class);
    render(<SelectionPane />);
    expect(screen.getByText("Selected class")).toBeTruthy();
  });
});

describe("the palette", () => {
  it("finds a class by name and goes there", async () => {
    paletteOpen.value = true;
    HTMLDialogElement.prototype.showModal ??= vi.fn();
    render(<Palette />);
    const input = screen.getByRole("combobox", { hidden: true });
    fireEvent.input(input, { target: { value: "wssess" } });
    await waitFor(() =>
      expect(screen.getAllByRole("option", { hidden: true })[0]?.textContent).toContain(
        "WsSession",
      ),
    );
    fireEvent.keyDown(input, { key: "Enter" });
    expect(route.value).toMatchObject({ view: "class", id: 1 });
    expect(paletteOpen.value).toBe(false);
  });
});

describe("the overview", () => {
  it("has the culprit in its heading and selects where the memory piles up", async () => {
    render(<Overview />);
    await waitFor(() =>
      expect(screen.getByRole("heading", { level: 1 }).textContent).toContain(
        "ExcelExportTaskWebSocket.SESSIONS",
      ),
    );
    await waitFor(() => expect(selection.value).toEqual(row(3)));
  });

  it("of a healthy heap is calm", async () => {
    provideEngine(new FakeEngine("healthy"));
    reset();
    await openDump(new File(["JAVA PROFILE"], "a.hprof"));
    render(<Overview />);
    await waitFor(() =>
      expect(screen.getByRole("heading", { level: 1 }).textContent).toContain("Nothing stands out"),
    );
    expect(document.querySelector(".culprit")).toBeNull();
  });
});

describe("bad news", () => {
  it("an incomplete dump says so, with counts and offsets", async () => {
    const answer = await new FakeEngine("truncated").facts();
    if (!answer.ok) throw new Error("no facts");
    const { container } = render(<Warnings facts={answer.value} />);
    expect(container.textContent).toContain("The dump is incomplete");
    expect(container.textContent).toContain("offset 0x14effc44 (351,272,004)");
    facts.value = answer.value;
    HTMLDialogElement.prototype.showModal ??= () => {};
    render(<Oddities />);
    fireEvent.click(screen.getByRole("button", { name: "2 things missing" }));
    const list = (await screen.findByRole("region", { name: "Missing" })).textContent;
    expect(list).toContain("1,204 ×");
    expect(list).toContain("0x5000 (20,480)");
    odditiesOpen.value = false;
  });

  it("an error names the place and the way on", () => {
    render(
      <ErrorPanel
        error={{
          kind: "read",
          message: "The disk failed.",
          offset: 4096,
          advice: "Copy the file.",
        }}
      />,
    );
    const text = screen.getByRole("alert").textContent;
    for (const part of ["The disk failed.", "0x1000 (4,096)", "Copy the file."])
      expect(text).toContain(part);
  });
});

describe("the icicle", () => {
  const bar = (name: RegExp) => screen.findByRole("treeitem", { name });

  it("selects objects, and the class of a group", async () => {
    render(<Icicle usedHeap={USED_HEAP} />);
    fireEvent.click(await bar(/LaunchedURLClassLoader/));
    await waitFor(() => expect(selection.value).toEqual(row(4)));
    fireEvent.click(await bar(/4,980 × WsSession/));
    await waitFor(() => expect(selection.value).toEqual(row(3 + 97).class));
  });

  it("looks inside and comes back by keys, keeping the focus", async () => {
    render(<Icicle usedHeap={USED_HEAP} />);
    const suspect = await bar(/Object\[6246\]/);
    suspect.focus();
    fireEvent.keyDown(suspect, { key: "Enter" });
    const inner = await bar(/^Object\[6246\]/);
    await waitFor(() =>
      expect(screen.getByRole("list", { name: "Looked inside" }).textContent).toContain(
        "Object[6246]",
      ),
    );
    await waitFor(() => expect(document.activeElement?.getAttribute("aria-level")).toBe("1"));
    fireEvent.keyDown(inner, { key: "Backspace" });
    await waitFor(() => expect(screen.queryByRole("list", { name: "Looked inside" })).toBeNull());
  });

  it("has one tab stop", async () => {
    const { container } = render(<Icicle usedHeap={USED_HEAP} />);
    await bar(/Object\[6246\]/);
    expect(container.querySelectorAll('[role="treeitem"][tabindex="0"]').length).toBe(1);
  });
});
