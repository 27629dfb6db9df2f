import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeEngine } from "../../../test/fake-engine";
import { row } from "../../../test/fake-heap";
import { forgetNotes, type Note, notes, writeNote } from "../../state/notes";
import { route } from "../../state/route";
import { epoch, openDump, provideEngine, reset, select } from "../../state/session";
import { ObjectLink } from "../ObjectLink";
import { SaveReport, saveReportOpen } from "../SaveReport/SaveReport";
import { Notes, notesOpen, openNotes } from "./Notes";
import { PaneNote } from "./PaneNote";
import { notesDocument, withNotes } from "./text";

const NOTE: Note = { address: "0x10", name: "a.B<C>", text: "line *one*\n<b>two\u202e</b>", at: 0 };

/** What is handed to the browser's downloads. */
function catchFiles(): Blob[] {
  const saved: Blob[] = [];
  vi.spyOn(URL, "createObjectURL").mockImplementation((blob) => `blob:${saved.push(blob as Blob)}`);
  vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(() => {});
  return saved;
}

/** A dialog that goes away says so after the next paint. */
const gone = () => new Promise((resolve) => setTimeout(resolve, 80));

beforeEach(async () => {
  localStorage.clear();
  provideEngine(new FakeEngine());
  reset();
  forgetNotes();
  await openDump(new File(["JAVA PROFILE"], "a.hprof"));
});
afterEach(async () => {
  cleanup();
  await gone();
  notesOpen.value = false;
  saveReportOpen.value = false;
  vi.restoreAllMocks();
});

describe("the dialog of notes", () => {
  it("writes about the selected object, and marks it wherever it is named", async () => {
    select(row(3));
    openNotes();
    render(
      <>
        <ObjectLink row={row(3)} />
        <ObjectLink row={row(5)} />
        <Notes />
      </>,
    );
    const field = screen.getByRole("textbox");
    await waitFor(() => expect(document.activeElement).toBe(field));
    fireEvent.input(field, { target: { value: "grows with every export" } });
    fireEvent.keyDown(field, { key: "Enter", ctrlKey: true });
    expect(notes.value.map((note) => note.text)).toEqual(["grows with every export"]);
    await waitFor(() => expect(screen.getAllByRole("link", { name: /^Noted/ })).toHaveLength(1));
    expect(notesOpen.value).toBe(false);
  });

  it("has a draft still there after it was closed", async () => {
    select(row(3));
    openNotes();
    const first = render(<Notes />);
    fireEvent.input(screen.getByRole("textbox"), { target: { value: "half a thou" } });
    first.unmount();
    await gone();
    // More becomes known of the same dump.
    epoch.value++;
    openNotes();
    const again = render(<Notes />);
    expect((await screen.findByRole<HTMLTextAreaElement>("textbox")).value).toBe("half a thou");
    expect(notes.value).toEqual([]);
    again.unmount();
    await openDump(new File(["JAVA PROFILE"], "a.hprof"), { dump: 2 });
    select(row(3));
    openNotes();
    render(<Notes />);
    expect((await screen.findByRole<HTMLTextAreaElement>("textbox")).value).toBe("");
  });

  it("lists all notes: goes to an object, edits, removes", async () => {
    writeNote(row(3), "one");
    writeNote(row(5), "two");
    openNotes();
    render(<Notes />);
    fireEvent.click(screen.getByRole("button", { name: new RegExp(`Edit.*${row(5).address}`) }));
    expect((await screen.findByRole<HTMLTextAreaElement>("textbox")).value).toBe("two");
    fireEvent.click(screen.getByRole("button", { name: new RegExp(`Remove.*${row(5).address}`) }));
    expect(notes.value.map((note) => note.text)).toEqual(["one"]);
    fireEvent.click(screen.getByRole("link", { name: new RegExp(row(3).address) }));
    expect(route.value).toEqual({ view: "object", address: row(3).address });
  });

  it("shows signs that cannot be seen, as a text pasted from a dump may hold them", () => {
    writeNote(row(3), "one\u202etwo\nthree");
    openNotes();
    render(
      <>
        <Notes />
        <PaneNote row={row(3)} />
      </>,
    );
    const texts = [...document.querySelectorAll(".notes-text")].map((text) => text.textContent);
    expect(texts).toEqual(Array.from({ length: 2 }, () => "one\\u202etwo\nthree"));
  });

  it("keeps nothing in the browser until the person agrees", () => {
    writeNote(row(3), "one");
    openNotes();
    render(<Notes />);
    const keep = screen.getByRole<HTMLInputElement>("checkbox");
    expect(keep.checked).toBe(false);
    expect(JSON.stringify(localStorage)).not.toContain("one");
    fireEvent.click(keep);
    expect(JSON.stringify(localStorage)).toContain("one");
  });

  it("saves the notes as Markdown", async () => {
    const saved = catchFiles();
    writeNote(row(3), "one");
    openNotes();
    render(<Notes />);
    fireEvent.click(screen.getByRole("button", { name: "Save as Markdown" }));
    const text = (await saved[0]?.text()) ?? "";
    expect(text).toContain("# Notes on a.hprof");
    expect(text).toContain(`at ${row(3).address}\n\none\n`);
  });
});

describe("notes as text", () => {
  it("keep what the person wrote as Markdown, and names of the dump as text", () => {
    expect(notesDocument("my_app.hprof", [NOTE])).toBe(
      "# Notes on my\\_app.hprof\n\n## a.B\\<C\\> at 0x10\n\nline *one*\n<b>two\\u202e</b>\n",
    );
  });

  it("are escaped in an HTML report, inside its main part", () => {
    const report = withNotes("<html><main><p>r</p></main></html>", "html", [NOTE]);
    expect(report).toMatch(/<p>r<\/p><section><h2>Notes.*<\/section><\/main><\/html>$/s);
    expect(report).toContain("a.B&lt;C&gt; at 0x10");
    expect(report).toContain("line *one*\n&lt;b&gt;two\\u202e&lt;/b&gt;");
  });

  it("leave a JSON report, and one without notes, as it was", () => {
    expect(withNotes("{}", "json", [NOTE])).toBe("{}");
    expect(withNotes("# Report\n", "md", [])).toBe("# Report\n");
  });
});

describe("a saved report", () => {
  it("has the notes at its end unless the tick is taken away", async () => {
    const saved = catchFiles();
    writeNote(row(3), "look here");
    for (const wanted of [true, false]) {
      saveReportOpen.value = true;
      const { unmount } = render(<SaveReport />);
      fireEvent.click(await screen.findByRole("radio", { name: /Markdown/ }));
      if (!wanted) fireEvent.click(screen.getByRole("checkbox", { name: /Include 1 note/ }));
      const before = saved.length;
      fireEvent.click(screen.getByRole("button", { name: "Save" }));
      await waitFor(() => expect(saved).toHaveLength(before + 1));
      const text = (await saved.at(-1)?.text()) ?? "";
      expect(text.includes("look here")).toBe(wanted);
      unmount();
      await gone();
    }
  });
});
