/** Pieces of a text from the engine: as JavaScript strings, and as a file that loses nothing. Pure. */
import type { Answer, TextPiece, TextPlace } from "../../engine/protocol";
import { blobOf, forEachPiece, type OnShare, type Whole } from "../../lib/pieces";

export type AskPiece = (
  place: TextPlace,
  start: number,
  count: number,
) => Promise<Answer<TextPiece>>;

/** Positions asked for at a time while a text is copied or saved: the engine stays free in between. */
export const PIECE = 1 << 19;
/** Units that `String.fromCharCode` takes at once. */
const UNITS = 1 << 13;

/** A piece as a string. Lone surrogates stay what they are; bytes are read as UTF-8. */
export function pieceText({ encoding, bytes }: Pick<TextPiece, "encoding" | "bytes">): string {
  if (encoding === "bytes") return new TextDecoder().decode(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const units = new Uint16Array(bytes.byteLength >> 1);
  for (let i = 0; i < units.length; i++) units[i] = view.getUint16(2 * i, true);
  let text = "";
  for (let i = 0; i < units.length; i += UNITS) {
    text += String.fromCharCode(...units.subarray(i, i + UNITS));
  }
  return text;
}

const from = (ask: AskPiece, place: TextPlace) => (start: number) => ask(place, start, PIECE);

/** The whole text as one string. */
export async function wholeText(
  ask: AskPiece,
  place: TextPlace,
  stop: () => boolean,
): Promise<Whole<string>> {
  const parts: string[] = [];
  const error = await forEachPiece(from(ask, place), stop, (piece) => {
    parts.push(pieceText(piece));
    return true;
  });
  return error === null ? { ok: true, value: parts.join("") } : { ok: false, error };
}

/** How the file of a text is encoded. */
export type FileEncoding = "UTF-8" | "UTF-16" | "bytes";
export interface TextFile {
  blob: Blob;
  encoding: FileEncoding;
}

/** The byte order mark of UTF-16, little endian. */
const UTF16_MARK = new Uint8Array([0xff, 0xfe]);
/** A surrogate without its other half. */
const LONE = /\p{Cs}/u;

/**
 * The whole text as a file: UTF-8, or UTF-16 (little endian, with its mark) where it holds lone surrogates, which
 * UTF-8 has no bytes for. The bytes of a byte array stay as they are.
 */
export async function textFile(
  ask: AskPiece,
  place: TextPlace,
  onShare: OnShare,
  stop: () => boolean,
): Promise<Whole<TextFile>> {
  const inUtf8: BlobPart[] = [];
  let encoding: FileEncoding = "UTF-8";
  let error = await forEachPiece(from(ask, place), stop, (piece) => {
    onShare(piece.total === 0 ? 1 : piece.next / piece.total);
    if (piece.encoding === "bytes") encoding = "bytes";
    else if (LONE.test(pieceText(piece))) encoding = "UTF-16";
    if (encoding !== "UTF-16")
      inUtf8.push(blobOf(piece.encoding === "bytes" ? piece.bytes : pieceText(piece)));
    return encoding !== "UTF-16";
  });
  const units: BlobPart[] = [UTF16_MARK];
  if (error === null && wasCut(encoding)) {
    error = await forEachPiece(from(ask, place), stop, (piece) => {
      onShare(piece.next / piece.total);
      units.push(blobOf(piece.bytes));
      return true;
    });
  }
  if (error !== null) return { ok: false, error };
  const type = wasBytes(encoding) ? "application/octet-stream" : "text/plain";
  return {
    ok: true,
    value: { blob: new Blob(wasCut(encoding) ? units : inUtf8, { type }), encoding },
  };
}

// The compiler does not see that callbacks change a variable.
const wasCut = (encoding: FileEncoding): boolean => encoding === "UTF-16";
const wasBytes = (encoding: FileEncoding): boolean => encoding === "bytes";
