import { describe, expect, it } from "vitest";
import type { TextPiece } from "../../engine/protocol";
import { type AskPiece, PIECE, pieceText, textFile, wholeText } from "./pieces";

/** An engine that holds one text, as UTF-16 units. */
function holds(text: string, encoding: TextPiece["encoding"] = "utf16"): AskPiece {
  return (_place, start, count) => {
    const next = Math.min(text.length, start + Math.min(count, PIECE));
    const part = text.slice(start, next);
    const units = new Uint16Array(part.length);
    for (let i = 0; i < part.length; i++) units[i] = part.charCodeAt(i);
    const bytes =
      encoding === "bytes" ? Uint8Array.from(units) : new Uint8Array(units.buffer.slice(0));
    return Promise.resolve({
      ok: true,
      value: { start, next, total: text.length, encoding, bytes },
    });
  };
}

const PLACE = { object: 1 };
const never = () => false;
const ignored = () => {};

async function saved(ask: AskPiece) {
  const file = await textFile(ask, PLACE, ignored, never);
  if (!file.ok) throw new Error("not saved");
  const bytes = new Uint8Array(await file.value.blob.arrayBuffer());
  return { bytes, encoding: file.value.encoding };
}

describe("a whole text", () => {
  it("is joined from its pieces, unit by unit", async () => {
    const text = `a${"\ud800"}b${"😀".repeat(PIECE)}`;
    const whole = await wholeText(holds(text), PLACE, never);
    expect(whole.ok && whole.value === text).toBe(true);
  });

  it("is saved as UTF-8 where that can hold it", async () => {
    const { bytes, encoding } = await saved(holds("Grüße\0😀\n"));
    expect(encoding).toBe("UTF-8");
    expect(new TextDecoder().decode(bytes)).toBe("Grüße\0😀\n");
  });

  it("is saved as UTF-16 where it holds half a pair, wherever that is", async () => {
    for (const text of ["\ud83d", `${"x".repeat(PIECE + 5)}\udc00z`]) {
      const { bytes, encoding } = await saved(holds(text));
      expect(encoding).toBe("UTF-16");
      expect([...bytes.slice(0, 2)]).toEqual([0xff, 0xfe]);
      expect(pieceText({ encoding: "utf16", bytes: bytes.slice(2) })).toBe(text);
    }
  });

  it("is saved byte by byte where it is bytes", async () => {
    const { bytes, encoding } = await saved(holds("a\u00ff\u0080", "bytes"));
    expect(encoding).toBe("bytes");
    expect([...bytes]).toEqual([0x61, 0xff, 0x80]);
  });

  it("may be empty", async () => {
    expect((await saved(holds(""))).bytes).toHaveLength(0);
  });

  it("is given up when it is no longer wanted", async () => {
    const whole = await textFile(holds("x"), PLACE, ignored, () => true);
    expect(whole).toEqual({ ok: false, error: "stopped" });
  });

  it("ends when the engine gets no further", async () => {
    const stuck: AskPiece = (_place, start) =>
      Promise.resolve({
        ok: true,
        value: { start, next: start, total: 9, encoding: "utf16", bytes: new Uint8Array() },
      });
    expect(await wholeText(stuck, PLACE, never)).toEqual({ ok: true, value: "" });
  });
});
