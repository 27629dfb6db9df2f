/** Bytes of primitive arrays: whole ones in pieces, and what their first ones say of images. Pure. */
import type { Answer, BytesPiece, ObjectIndex } from "../../engine/protocol";
import { type OnShare, type Whole, wholeBlobs } from "../../lib/pieces";

export type AskBytes = (
  object: ObjectIndex,
  start: number,
  count: number,
) => Promise<Answer<BytesPiece>>;

/** Bytes asked for at a time: the engine stays free in between. */
const PIECE = 1 << 19;

export interface WholeBytes {
  blobs: Blob[];
  /** The first piece again, for whoever looks into it. */
  first: Uint8Array;
  /** How many bytes there should be: a dump that ends early has fewer. */
  total: number;
}

/** All bytes of an array. */
export async function wholeBytes(
  ask: AskBytes,
  object: ObjectIndex,
  stop: () => boolean,
  onShare: OnShare = () => {},
): Promise<Whole<WholeBytes>> {
  let first = new Uint8Array();
  let total = 0;
  const blobs = await wholeBlobs(
    (start) => ask(object, start, PIECE),
    (piece: BytesPiece) => {
      if (piece.start === 0) first = new Uint8Array(piece.bytes);
      total = piece.total;
      return piece.bytes;
    },
    onShare,
    stop,
  );
  return blobs.ok ? { ok: true, value: { blobs: blobs.value, first, total } } : blobs;
}

/** Width and height in pixels, as the header of an image says; null where it does not. */
export function imageSize(type: string, head: Uint8Array): [number, number] | null {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  try {
    switch (type) {
      case "image/png":
        return [view.getUint32(16), view.getUint32(20)];
      case "image/gif":
        return [view.getUint16(6, true), view.getUint16(8, true)];
      case "image/webp":
        return webpSize(view);
      case "image/jpeg":
        return jpegSize(view);
      default:
        return null;
    }
  } catch {
    return null;
  }
}

function webpSize(view: DataView): [number, number] | null {
  const low24 = (at: number) => view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
  switch (String.fromCharCode(...[12, 13, 14, 15].map((at) => view.getUint8(at)))) {
    case "VP8X":
      return [low24(24) + 1, low24(27) + 1];
    case "VP8L": {
      const bits = view.getUint32(21, true);
      return [(bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1];
    }
    case "VP8 ":
      return [view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff];
    default:
      return null;
  }
}

/** The size is in the segment that begins a frame, after others of any length. */
function jpegSize(view: DataView): [number, number] | null {
  for (let at = 2; view.getUint8(at) === 0xff; ) {
    const marker = view.getUint8(at + 1);
    const frame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (frame) return [view.getUint16(at + 7), view.getUint16(at + 5)];
    at += 2 + view.getUint16(at + 2);
  }
  return null;
}

/** A line of a hex view: `bytes` from element `index` on. */
export interface HexLine {
  index: number;
  bytes: Uint8Array;
}

/** Bytes in a line of a hex view. */
export const HEX_LINE = 16;

/** Cuts a piece that starts at a whole line into lines. */
export function hexLines({ start, width, bytes }: BytesPiece): HexLine[] {
  return Array.from({ length: Math.ceil(bytes.length / HEX_LINE) }, (_, line) => ({
    index: (start + line * HEX_LINE) / width,
    bytes: bytes.subarray(line * HEX_LINE, (line + 1) * HEX_LINE),
  }));
}

/** Bytes as two hexadecimal digits each, elements apart: those of several bytes have the highest one first. */
export function hexText(bytes: Uint8Array, width: number): string {
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0"));
  const group = width === 1 ? 8 : width;
  const apart = width === 1 ? " " : "";
  const groups = Array.from({ length: Math.ceil(hex.length / group) }, (_, i) =>
    hex.slice(i * group, (i + 1) * group).join(apart),
  );
  return groups.join(width === 1 ? "  " : " ");
}

/** Bytes as text: ASCII, or UTF-16 for a `char[]`; a dot for everything that is not printable. */
export function hexAsText(bytes: Uint8Array, isChars: boolean): string {
  if (!isChars) {
    return [...bytes]
      .map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "·"))
      .join("");
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let text = "";
  for (let at = 0; at + 1 < bytes.length; at += 2) {
    const char = String.fromCharCode(view.getUint16(at));
    text += /[\p{L}\p{N}\p{P}\p{S} ]/u.test(char) ? char : "·";
  }
  return text;
}
