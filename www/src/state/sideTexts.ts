/**
 * Texts about the process that a dump is of: `jcmd` output, a thread dump, `/proc/PID/smaps`. They come beside the
 * dump or later, stay in this tab, and go with the dump. What a text is, the engine tells by its content.
 */
import { signal } from "@preact/signals";

export interface SideText {
  name: string;
  text: string;
}

/** Larger files are no such text. */
export const MOST_BYTES = 64 * 1024 * 1024;
/** Texts at a time. */
export const MOST_TEXTS = 12;

export const sideTexts = signal<readonly SideText[]>([]);

/** Adds texts; one of the same name replaces the older. */
export function addTexts(added: readonly SideText[]): void {
  const names = new Set(added.map(({ name }) => name));
  const kept = sideTexts.value.filter(({ name }) => !names.has(name));
  sideTexts.value = [...kept, ...added].slice(-MOST_TEXTS);
}

export function removeText(name: string): void {
  sideTexts.value = sideTexts.value.filter((text) => text.name !== name);
}

/** Names that dumps have: these are never read as text. */
const DUMP_NAME = /\.(hprof|gz|bin|dump|zip)$/i;
const HEAD = 4096;

/** Whether a file may be a text by its name. */
export const mayBeText = (file: File): boolean =>
  !DUMP_NAME.test(file.name) && file.size <= MOST_BYTES;

/** Whether its first bytes are text, and not a dump's. */
export async function isText(file: File): Promise<boolean> {
  if (!mayBeText(file)) return false;
  const head = new Uint8Array(await file.slice(0, HEAD).arrayBuffer());
  if (head.includes(0)) return false;
  // A character may be cut at the end: that is no error in a stream.
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(head, { stream: true });
    return !text.startsWith("JAVA PROFILE");
  } catch {
    return false;
  }
}

export const readText = async (file: File): Promise<SideText> => ({
  name: file.name,
  text: await file.text(),
});
