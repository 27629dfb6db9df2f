import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeEngine } from "../../../test/fake-engine";
import { row } from "../../../test/fake-heap";
import type { Answer, BytesPiece } from "../../engine/protocol";
import { openDump, provideEngine } from "../../state/session";
import { ImageValue } from "./Bytes";

/** A header of a PNG of this size, in an array of 64 bytes. */
class PngEngine extends FakeEngine {
  private readonly width: number;

  constructor(width: number) {
    super();
    this.width = width;
  }

  override bytes(): Promise<Answer<BytesPiece>> {
    const bytes = new Uint8Array(64);
    new DataView(bytes.buffer).setUint32(16, this.width);
    new DataView(bytes.buffer).setUint32(20, 100);
    return Promise.resolve({ ok: true, value: { start: 0, next: 64, total: 64, width: 1, bytes } });
  }
}

const show = async (width: number) => {
  provideEngine(new PngEngine(width));
  await openDump(new File(["x"], "a.hprof"));
  return render(<ImageValue row={{ ...row(3), length: 64 }} type="image/png" />);
};

beforeEach(() => {
  vi.spyOn(URL, "createObjectURL").mockReturnValue("blob:null/1");
  vi.spyOn(URL, "revokeObjectURL").mockReturnValue();
});

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

describe("an image in an array", () => {
  it("is shown from the page's own memory, with what it is in words, and let go of", async () => {
    const view = await show(200);
    const image = await screen.findByRole("img");
    expect(image.getAttribute("src")).toBe("blob:null/1");
    expect(image.getAttribute("alt")).toContain("PNG, 200 × 100 pixels");
    const blob = vi.mocked(URL.createObjectURL).mock.calls[0]?.[0];
    expect(blob instanceof Blob && blob.type).toBe("image/png");
    view.unmount();
    await waitFor(() => expect(URL.revokeObjectURL).toHaveBeenCalledWith("blob:null/1"));
  });

  it("of very many pixels is shown only when asked for", async () => {
    await show(4_000_000);
    const button = await screen.findByRole("button", { name: /4,000,000 × 100 pixels/ });
    expect(screen.queryByRole("img")).toBeNull();
    fireEvent.click(button);
    expect(await screen.findByRole("img")).toBeTruthy();
  });

  it("that the browser cannot read is said to be none", async () => {
    await show(200);
    fireEvent.error(await screen.findByRole("img"));
    expect(await screen.findByText(/the browser cannot read it/)).toBeTruthy();
  });
});
