import { describe, expect, it } from "vitest";
import { hexAsText, hexLines, hexText, imageSize, wholeBytes } from "./bytes";

const bytes = (...values: number[]) => Uint8Array.from(values);
const ascii = (text: string) => [...text].map((char) => char.charCodeAt(0));

describe("bytes of an array", () => {
  it("are lines that know the index of their first element", () => {
    const piece = { start: 32, next: 72, total: 100, width: 4, bytes: new Uint8Array(40) };
    expect(hexLines(piece).map((line) => [line.index, line.bytes.length])).toEqual([
      [8, 16],
      [12, 16],
      [16, 8],
    ]);
  });

  it("are grouped by element", () => {
    expect(hexText(bytes(0x80, 0xff, 0, 1, 2, 3, 4, 5, 6), 1)).toBe("80 ff 00 01 02 03 04 05  06");
    expect(hexText(bytes(0x80, 0, 0, 1, 0, 0, 0, 2), 4)).toBe("80000001 00000002");
  });

  it("read as text without anything that could steer the page", () => {
    expect(hexAsText(bytes(...ascii("Hi\n"), 0xc3, 0x7f), false)).toBe("Hi···");
    expect(hexAsText(bytes(0, 0x41, 0x20, 0x2e, 0x4e, 0x2d, 0xd8, 0), true)).toBe("A·中·");
  });

  it("come whole, piece by piece, and stop when nobody wants them any more", async () => {
    const total = 1_300_000;
    const asked: number[] = [];
    const ask = (_object: number, start: number, count: number) => {
      asked.push(start);
      const next = Math.min(total, start + count);
      const value = { start, next, total, width: 1, bytes: new Uint8Array(next - start) };
      return Promise.resolve({ ok: true as const, value });
    };
    const whole = await wholeBytes(ask, 1, () => false);
    if (!whole.ok) throw new Error("stopped");
    const { blobs, first } = whole.value;
    expect(new Blob(blobs).size).toBe(total);
    expect(blobs).toHaveLength(3);
    expect(first.length).toBe(1 << 19);
    const shares: number[] = [];
    await wholeBytes(
      ask,
      1,
      () => false,
      (share) => shares.push(share),
    );
    expect(shares).toEqual([expect.closeTo(0.403, 2), expect.closeTo(0.807, 2), 1]);
    expect(asked).toHaveLength(6);
    expect(await wholeBytes(ask, 1, () => true)).toEqual({ ok: false, error: "stopped" });
  });
});

describe("the size of an image", () => {
  it("is in its header", () => {
    const png = bytes(...new Array(16).fill(0), 0, 0, 2, 128, 0, 0, 1, 224);
    expect(imageSize("image/png", png)).toEqual([640, 480]);
    expect(imageSize("image/gif", bytes(...ascii("GIF89a"), 0x40, 1, 0xc8, 0))).toEqual([320, 200]);
    const jpeg = [0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xc0, 0, 17, 8, 1, 0, 2, 0];
    expect(imageSize("image/jpeg", bytes(...jpeg))).toEqual([512, 256]);
    const webp = [...ascii("RIFF----WEBPVP8X"), 0, 0, 0, 0, 0, 0, 0, 0, 99, 0, 0, 49, 0, 0];
    expect(imageSize("image/webp", bytes(...webp))).toEqual([100, 50]);
  });

  it("is unknown where the header ends early or says nothing", () => {
    for (const type of ["image/png", "image/gif", "image/jpeg", "image/webp", "image/svg+xml"]) {
      expect(imageSize(type, bytes(0xff, 0xd8, 0xff))).toBeNull();
    }
  });
});
