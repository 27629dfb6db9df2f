import { beforeEach, describe, expect, it } from "vitest";
import { FakeEngine } from "../../test/fake-engine";
import { row } from "../../test/fake-heap";
import {
  dumpIdentity,
  forgetNotes,
  keepNotes,
  noteOf,
  notes,
  notesKept,
  removeNote,
  writeNote,
} from "./notes";
import { facts, openDump, provideEngine, reset } from "./session";

const open = () => openDump(new File(["JAVA PROFILE"], "a.hprof"));
const stored = () => Object.keys(localStorage).filter((key) => key.startsWith("heapglass.notes."));

/** As if the page had been closed and the dump opened in a new one. */
async function openAnew(): Promise<void> {
  reset();
  forgetNotes();
  await open();
}

beforeEach(async () => {
  localStorage.clear();
  provideEngine(new FakeEngine());
  await openAnew();
});

describe("notes", () => {
  it("are written, changed and removed; an empty text is none", () => {
    writeNote(row(3), "first");
    writeNote(row(5), "second");
    writeNote(row(3), "changed  \n");
    expect(notes.value.map((note) => [note.address, note.text])).toEqual([
      [row(3).address, "changed"],
      [row(5).address, "second"],
    ]);
    writeNote(row(5), " \n ");
    removeNote(row(3).address);
    expect(notes.value).toEqual([]);
    expect(noteOf(row(3).address)).toBeUndefined();
  });

  it("stay in memory while the page is open, and nowhere else unless asked", async () => {
    writeNote(row(3), "secret");
    expect(stored()).toEqual([]);
    reset();
    expect(notes.value).toEqual([]);
    await open();
    expect(noteOf(row(3).address)?.text).toBe("secret");
    await openAnew();
    expect(notes.value).toEqual([]);
  });

  it("outlive the page where the person agreed, without the value of the object", async () => {
    const withValue = { ...row(3), value: "password" };
    writeNote(withValue, "look");
    keepNotes(true);
    writeNote(row(5), "also");
    expect(stored()).toHaveLength(1);
    expect(JSON.stringify(localStorage)).not.toContain("password");
    await openAnew();
    expect(notesKept.value).toBe(true);
    expect(notes.value.map((note) => note.text)).toEqual(["look", "also"]);
    keepNotes(false);
    expect(stored()).toEqual([]);
    expect(notes.value).toHaveLength(2);
    reset();
    await open();
    expect(notes.value.map((note) => note.text)).toEqual(["look", "also"]);
  });

  it("take nothing from a storage that holds something else", async () => {
    writeNote(row(3), "good");
    keepNotes(true);
    const [key = ""] = stored();
    const good = JSON.parse(localStorage.getItem(key) ?? "[]");
    localStorage.setItem(
      key,
      JSON.stringify([...good, { address: "javascript:x", name: 1 }, null]),
    );
    await openAnew();
    expect(notes.value.map((note) => note.text)).toEqual(["good"]);
    localStorage.setItem(key, "{broken");
    await openAnew();
    expect(notes.value).toEqual([]);
  });

  it("belong to a dump: another size, time or dump of the file is another one, another name is not", () => {
    const of = facts.value;
    if (of === null) throw new Error("no dump");
    const same = dumpIdentity({ ...of, fileName: "renamed.hprof" });
    expect(same).toBe(dumpIdentity(of));
    for (const other of [{ fileBytes: 1 }, { takenAt: 1 }, { dump: 2 }])
      expect(dumpIdentity({ ...of, ...other })).not.toBe(same);
  });
});
