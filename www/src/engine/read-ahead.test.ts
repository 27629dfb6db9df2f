import { describe, expect, it } from "vitest";
import { ReadAhead, SLICES_AHEAD } from "./read-ahead";

const LENGTH = 4;

/** A file of the bytes 0, 1, 2, … that keeps where slices of it were read. */
function numbered(size: number) {
  const file = new Blob([Uint8Array.from({ length: size }, (_, i) => i)]);
  const read: number[] = [];
  const slice = file.slice.bind(file);
  file.slice = (start = 0, end = size) => {
    read.push(start);
    return slice(start, end);
  };
  return { file, read };
}

/** Asks as a session does that wants the bytes at each of these offsets in turn. */
async function ask(
  ahead: ReadAhead,
  offsets: (number | null)[],
): Promise<(number[] | undefined)[]> {
  const answers: (number[] | undefined)[] = [];
  for (const offset of offsets) {
    const wanted = () => Float64Array.from(offset === null ? [] : [offset, LENGTH]);
    const bytes = await ahead.next({ wanted });
    answers.push(bytes && [...bytes]);
  }
  return answers;
}

describe("reading ahead", () => {
  it("answers what is wanted, pass after pass", async () => {
    const { file } = numbered(10);
    const pass = [
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9],
    ];
    expect(await ask(new ReadAhead(file), [0, 4, 8, null, null, 0, 4, 8])).toEqual([
      ...pass,
      undefined,
      undefined,
      ...pass,
    ]);
  });

  it("reads each slice once, some before they are wanted, and none behind the end", async () => {
    const { file, read } = numbered(40);
    const ahead = new ReadAhead(file);
    await ask(ahead, [0]);
    expect(read).toEqual(Array.from({ length: SLICES_AHEAD + 1 }, (_, i) => i * LENGTH));
    await ask(ahead, [4, 8, 12, 16, 20, 24, 28, 32, 36]);
    expect(read).toEqual(Array.from({ length: 10 }, (_, i) => i * LENGTH));
  });

  it("goes where a session skips to", async () => {
    const { file } = numbered(60);
    expect(await ask(new ReadAhead(file), [0, 41, 45])).toEqual([
      [0, 1, 2, 3],
      [41, 42, 43, 44],
      [45, 46, 47, 48],
    ]);
  });

  it("leaves what cannot be read to the session, which says why", async () => {
    const { file } = numbered(10);
    file.slice = () => {
      const gone = new Blob([]);
      gone.arrayBuffer = () => Promise.reject(new DOMException("gone", "NotReadableError"));
      return gone;
    };
    expect(await ask(new ReadAhead(file), [0])).toEqual([undefined]);
  });
});
