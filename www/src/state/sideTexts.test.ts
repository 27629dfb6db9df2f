import { beforeEach, describe, expect, it, vi } from "vitest";
import { FakeEngine } from "../../test/fake-engine";
import { notice, openFiles } from "./files";
import { openFile, phase, provideEngine, reset } from "./session";
import { addTexts, isText, MOST_TEXTS, sideTexts } from "./sideTexts";

beforeEach(() => {
  provideEngine(new FakeEngine());
  reset();
  sideTexts.value = [];
  notice.value = null;
});

const dump = (name = "a.hprof") => new File(["JAVA PROFILE 1.0.2\0"], name);
const text = (name: string) => new File(["Native Memory Tracking:"], name);

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
    expect(sideTexts.value).toHaveLength(0);
  });

  it("without a dump bring a hint", async () => {
    openFiles([text("a.txt"), text("b.txt")]);
    await vi.waitFor(() => expect(notice.value).toContain("texts without a dump"));
  });

  it("of the same name replace the older, and are not without end", () => {
    addTexts([{ name: "a", text: "1" }]);
    addTexts([{ name: "a", text: "2" }]);
    expect(sideTexts.value).toEqual([{ name: "a", text: "2" }]);
    addTexts(Array.from({ length: 50 }, (_, i) => ({ name: String(i), text: "" })));
    expect(sideTexts.value).toHaveLength(MOST_TEXTS);
  });

  it("are told from dumps by content", async () => {
    expect(await isText(new File(["4.5.6\n  7: text"], "histo"))).toBe(true);
    expect(await isText(new File(["JAVA PROFILE 1.0.2"], "renamed.txt"))).toBe(false);
    expect(await isText(new File([new Uint8Array([31, 139, 8, 0])], "x.txt"))).toBe(false);
    expect(await isText(new File([new Uint8Array([0xff, 0xfe, 0x41])], "x.txt"))).toBe(false);
  });
});
