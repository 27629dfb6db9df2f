import { beforeEach, describe, expect, it, vi } from "vitest";
import { FakeEngine } from "../../test/fake-engine";
import { addFiles, addText, notice, openFiles } from "./files";
import { openFile, phase, provideEngine, reset } from "./session";
import { addTexts, kindOf, MOST_BYTES, MOST_TEXTS, pastedName, sideTexts } from "./sideTexts";

beforeEach(() => {
  provideEngine(new FakeEngine());
  reset();
  sideTexts.value = [];
  notice.value = null;
});

const dump = (name = "a.hprof") => new File(["JAVA PROFILE 1.0.2\0"], name);
const text = (name: string) => new File(["Native Memory Tracking:"], name);

const large = (name: string) =>
  Object.defineProperty(text(name), "size", { value: MOST_BYTES + 1 });
const refuses = () => Promise.reject(new DOMException("gone", "NotReadableError"));
const unreadable = (name: string) =>
  Object.assign(text(name), { slice: () => ({ arrayBuffer: refuses }) });
/** Its beginning can be read, all of it cannot. */
const halfRead = (name: string) => Object.assign(text(name), { text: refuses });

describe("texts beside a dump", () => {
  it("come with it in any order", async () => {
    openFiles([text("nmt.txt"), dump(), text("smaps")]);
    await vi.waitFor(() =>
      expect(sideTexts.value.map(({ name }) => name)).toEqual(["nmt.txt", "smaps"]),
    );
    expect(openFile.value?.name).toBe("a.hprof");
  });

  it("come later to a dump that is open", async () => {
    openFiles([dump()]);
    await vi.waitFor(() => expect(phase.value).toBe("ready"));
    openFiles([text("nmt.txt")]);
    await vi.waitFor(() => expect(sideTexts.value).toHaveLength(1));
    expect(openFile.value?.name).toBe("a.hprof");
  });

  it("go when another dump is opened", async () => {
    openFiles([dump(), text("nmt.txt")]);
    await vi.waitFor(() => expect(sideTexts.value).toHaveLength(1));
    openFiles([dump("b.hprof")]);
    await vi.waitFor(() => expect(openFile.value?.name).toBe("b.hprof"));
    expect(sideTexts.value).toHaveLength(0);
  });

  it("without a dump bring a hint", async () => {
    openFiles([text("a.txt"), text("b.txt")]);
    await vi.waitFor(() => expect(notice.value).toContain("texts without a dump"));
  });

  it("of the same name replace the older, and are not without end", () => {
    addTexts([{ name: "a", text: "1" }]);
    const [first] = sideTexts.value;
    addTexts([{ name: "a", text: "2" }]);
    expect(sideTexts.value).toMatchObject([{ name: "a", text: "2" }]);
    expect(sideTexts.value[0]?.id).not.toBe(first?.id);
    addText(Array.from({ length: MOST_TEXTS + 1 }, (_, i) => ({ name: `t${i}`, text: "" })));
    expect(sideTexts.value).toHaveLength(MOST_TEXTS);
    expect(sideTexts.value[0]?.name).toBe("a");
    expect(notice.value).toContain(`not taken t${MOST_TEXTS - 1}, t${MOST_TEXTS}.`);
  });

  it("that are pasted have names of their own, also after one was taken away", () => {
    for (const text of ["1", "2"]) addTexts([{ name: pastedName(), text }]);
    sideTexts.value = sideTexts.value.slice(1);
    addTexts([{ name: pastedName(), text: "3" }]);
    expect(sideTexts.value.map(({ text }) => text)).toEqual(["2", "3"]);
  });

  it("are told from dumps by content", async () => {
    expect(await kindOf(new File(["4.5.6\n  7: text"], "thread.dump"))).toBe("text");
    expect(await kindOf(new File(["JAVA PROFILE 1.0.2"], "renamed.txt"))).toBe("dump");
    expect(await kindOf(new File([new Uint8Array([31, 139, 8, 0])], "x.txt"))).toBe("dump");
    expect(await kindOf(new File([new Uint8Array([0xff, 0xfe, 0x41])], "x.txt"))).toBe("dump");
    expect(await kindOf(new File([], "x.hprof"))).toBe("dump");
    expect(await kindOf(large("log.bin"))).toBe("large");
    expect(await kindOf(unreadable("x"))).toBe("unreadable");
  });

  it("leave the dump alone when they cannot be taken, and say so", async () => {
    openFiles([dump()]);
    await vi.waitFor(() => expect(phase.value).toBe("ready"));
    openFiles([large("big.txt"), unreadable("gone.txt"), halfRead("lost.txt"), text("nmt.dump")]);
    await vi.waitFor(() => expect(sideTexts.value.map(({ name }) => name)).toEqual(["nmt.dump"]));
    expect(openFile.value?.name).toBe("a.hprof");
    expect(notice.value).toMatch(/big.txt is text of more than 64.*gone.txt could not.*lost.txt/);
  });

  it("chosen beside the open dump never close it", async () => {
    openFiles([dump()]);
    await vi.waitFor(() => expect(phase.value).toBe("ready"));
    await addFiles([dump("b.hprof"), text("smaps")]);
    expect(openFile.value?.name).toBe("a.hprof");
    expect(sideTexts.value.map(({ name }) => name)).toEqual(["smaps"]);
    expect(notice.value).toBe("b.hprof is no text and was not read.");
  });

  it("that are long to read never bring their dump over one that was opened later", async () => {
    openFiles([dump("first.hprof")]);
    await vi.waitFor(() => expect(phase.value).toBe("ready"));
    const slow = text("slow.txt");
    let goOn = () => {};
    const waits = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    vi.spyOn(slow, "slice").mockReturnValue({
      arrayBuffer: () => waits.then(() => new ArrayBuffer(1)),
    } as Blob);
    openFiles([dump("a.hprof"), slow]);
    openFiles([dump("b.hprof")]);
    await vi.waitFor(() => expect(openFile.value?.name).toBe("b.hprof"));
    goOn();
    await new Promise((later) => setTimeout(later, 20));
    expect(openFile.value?.name).toBe("b.hprof");
    expect(sideTexts.value).toEqual([]);
  });
});
