import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeEngine } from "../../test/fake-engine";
import { dragging, installDrop, notice, openFirst, readDrop } from "./files";
import { openFile, phase, provideEngine, reset } from "./session";

const file = (name: string) => new File(["JAVA PROFILE"], name);
const transfer = (files: File[], directory = false) =>
  ({
    types: ["Files"],
    files,
    items: files.map(() => ({
      kind: "file",
      webkitGetAsEntry: () => ({ isDirectory: directory }),
    })),
  }) as unknown as DataTransfer;

let stop: () => void;
beforeEach(() => {
  provideEngine(new FakeEngine());
  reset();
  notice.value = null;
  stop = installDrop(window);
});
afterEach(() => stop());

function drag(type: string, data: DataTransfer | null): Event {
  const event = Object.assign(new Event(type, { cancelable: true }), { dataTransfer: data });
  window.dispatchEvent(event);
  return event;
}

describe("a drop", () => {
  it("anywhere opens the file, also when a dump is open", async () => {
    for (const name of ["a.hprof", "b.hprof"]) {
      expect(drag("drop", transfer([file(name)])).defaultPrevented).toBe(true);
      await vi.waitFor(() => expect(openFile.value?.name).toBe(name));
    }
  });

  it("of several files opens the first and says so", async () => {
    readDrop(transfer([file("a.hprof"), file("b.hprof")]));
    await vi.waitFor(() => expect(openFile.value?.name).toBe("a.hprof"));
    expect(notice.value).toContain("first of 2 files");
  });

  it("of a folder says what to drop instead", () => {
    readDrop(transfer([file("dumps")], true));
    expect(notice.value).toContain("That is a folder");
    expect(phase.value).toBe("empty");
  });

  it("of text is left alone", () => {
    expect(
      drag("drop", { types: ["text/plain"] } as unknown as DataTransfer).defaultPrevented,
    ).toBe(false);
  });

  it("is announced while a file hovers, until it has left the window", () => {
    const data = transfer([file("a.hprof")]);
    drag("dragenter", data);
    drag("dragenter", data);
    drag("dragleave", data);
    expect(dragging.value).toBe(true);
    drag("dragleave", data);
    expect(dragging.value).toBe(false);
  });
});

describe("picking", () => {
  it("nothing changes nothing", () => {
    openFirst([]);
    expect(phase.value).toBe("empty");
  });
});
