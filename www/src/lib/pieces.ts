/** What is too long for one answer comes in pieces, one after the other, and is kept as blobs. Pure. */
import type { Answer, EngineError } from "../engine/protocol";

/** What every piece says: where the next one begins, and where the last one ends. */
export interface Piece {
  next: number;
  total: number;
}

/** Why something could not be had whole. */
export type Failure = EngineError | "stopped";
export type Whole<T> = { ok: true; value: T } | { ok: false; error: Failure };

/** How far it is, as a share of 0 to 1. */
export type OnShare = (share: number) => void;

/** Calls `take` with every piece, in order, while it answers true; `stop` is asked between two pieces. */
export async function forEachPiece<P extends Piece>(
  ask: (start: number) => Promise<Answer<P>>,
  stop: () => boolean,
  take: (piece: P) => boolean,
): Promise<Failure | null> {
  for (let at = 0; ; ) {
    const answer = await ask(at);
    if (stop()) return "stopped";
    if (!answer.ok) return answer.error;
    const { next, total } = answer.value;
    if (!take(answer.value) || next >= total || next <= at) return null;
    at = next;
  }
}

/** A blob of its own for each piece: the browser may keep blobs on the disk, a list of arrays stays in memory. */
export const blobOf = (content: string | Uint8Array): Blob =>
  new Blob([content as string | Uint8Array<ArrayBuffer>]);

/** All pieces as blobs. */
export async function wholeBlobs<P extends Piece>(
  ask: (start: number) => Promise<Answer<P>>,
  content: (piece: P) => string | Uint8Array,
  onShare: OnShare,
  stop: () => boolean,
): Promise<Whole<Blob[]>> {
  const blobs: Blob[] = [];
  const error = await forEachPiece(ask, stop, (piece) => {
    onShare(piece.total === 0 ? 1 : piece.next / piece.total);
    blobs.push(blobOf(content(piece)));
    return true;
  });
  return error === null ? { ok: true, value: blobs } : { ok: false, error };
}
