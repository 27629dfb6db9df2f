/** Reads what a load wants of its file before it wants it, so that reading and parsing overlap. */
import type { RustSession } from "./session-api";

/** Slices under way beside the one that is parsed. */
export const SLICES_AHEAD = 3;

interface Slice {
  offset: number;
  bytes: Promise<Uint8Array<ArrayBuffer> | undefined>;
}

/** The slices of one file, in the order of a pass over it. */
export class ReadAhead {
  private readonly file: Blob;
  private slices: Slice[] = [];

  constructor(file: Blob) {
    this.file = file;
  }

  /**
   * The bytes that the session's next step parses, and starts reading those after them. Undefined when it parses none,
   * or when they could not be read: then the step reads them itself, and says why that fails.
   */
  next(session: Pick<RustSession, "wanted">): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const [offset, length] = session.wanted();
    if (offset === undefined || length === undefined) {
      this.slices = [];
      return Promise.resolve(undefined);
    }
    // A new pass began, or the parser skips a part of the file.
    if (this.slices[0]?.offset !== offset) this.slices = [];
    for (let ahead = this.slices.length; ahead <= SLICES_AHEAD; ahead++) {
      const start = offset + ahead * length;
      if (start < this.file.size) this.slices.push(this.read(start, length));
    }
    return this.slices.shift()?.bytes ?? Promise.resolve(undefined);
  }

  private read(offset: number, length: number): Slice {
    const slice = this.file.slice(offset, Math.min(offset + length, this.file.size));
    const bytes = slice.arrayBuffer().then(
      (buffer) => new Uint8Array(buffer),
      () => undefined,
    );
    return { offset, bytes };
  }
}
