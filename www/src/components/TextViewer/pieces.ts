/** Pieces of a text from the engine: as JavaScript strings, and as a file that loses nothing. Pure. */
import type { Answer, EngineError, TextPiece, TextPlace } from "../../engine/protocol";

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

/** Why a text could not be had whole. */
export type Failure = EngineError | "stopped";
export type Whole<T> = { ok: true; value: T } | { ok: false; error: Failure };

/** Calls `take` with every piece, in order, while it answers true; `stop` is asked between two pieces. */
async function forEachPiece(
  ask: AskPiece,
  place: TextPlace,
  stop: () => boolean,
  take: (piece: TextPiece) => boolean,
): Promise<Failure | null> {
  for (let at = 0; ; ) {
    const answer = await ask(place, at, PIECE);
    if (stop()) return "stopped";
    if (!answer.ok) return answer.error;
    const { next, total } = answer.value;
    if (!take(answer.value) || next >= total || next <= at) return null;
    at = next;
  }
}

/** The whole text as one string. */
export async function wholeText(
  ask: AskPiece,
  place: TextPlace,
  stop: () => boolean,
): Promise<Whole<string>> {
  const parts: string[] = [];
  const error = await forEachPiece(ask, place, stop, (piece) => {
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
  onShare: (share: number) => void,
  stop: () => boolean,
): Promise<Whole<TextFile>> {
  const inUtf8: BlobPart[] = [];
  let encoding: FileEncoding = "UTF-8";
  let error = await forEachPiece(ask, place, stop, (piece) => {
    onShare(piece.total === 0 ? 1 : piece.next / piece.total);
    if (piece.encoding === "bytes") encoding = "bytes";
    else if (LONE.test(pieceText(piece))) encoding = "UTF-16";
    if (encoding !== "UTF-16") inUtf8.push(part(piece));
    return encoding !== "UTF-16";
  });
  const units: BlobPart[] = [UTF16_MARK];
  if (error === null && wasCut(encoding)) {
    error = await forEachPiece(ask, place, stop, (piece) => {
      onShare(piece.next / piece.total);
      units.push(new Blob([piece.bytes as Uint8Array<ArrayBuffer>]));
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

/** A blob for each piece: the browser may keep blobs on the disk, a list of arrays stays in memory. */
function part(piece: TextPiece): Blob {
  return new Blob([
    piece.encoding === "bytes" ? (piece.bytes as Uint8Array<ArrayBuffer>) : pieceText(piece),
  ]);
}
