/**
 * Texts about the process that a dump is of: `jcmd` output, a thread dump, `/proc/PID/smaps`. They come beside the
 * dump or later, stay in this tab, and go with the dump. What a text is, the engine tells by its content.
 */
import { signal } from "@preact/signals";

export interface SideText {
  /** Never given twice: a text that replaces another one of its name has its own. */
  id: number;
  name: string;
  text: string;
}
export type NewText = Omit<SideText, "id">;

/** Larger files are no such text. */
export const MOST_BYTES = 64 * 1024 * 1024;
/** Texts at a time. */
export const MOST_TEXTS = 12;

export const sideTexts = signal<readonly SideText[]>([]);
let lastId = 0;

/** Adds texts as far as there is room; one of the same name replaces the older. Answers those that found none. */
export function addTexts(added: readonly NewText[]): readonly NewText[] {
  const names = new Set(added.map(({ name }) => name));
  const kept = sideTexts.value.filter(({ name }) => !names.has(name));
  const room = Math.max(0, MOST_TEXTS - kept.length);
  const taken = added.slice(0, room).map(({ name, text }) => ({ id: ++lastId, name, text }));
  if (taken.length > 0) sideTexts.value = [...kept, ...taken];
  return added.slice(room);
}

/** A name for a text that came without one. */
export function pastedName(): string {
  const names = new Set(sideTexts.value.map(({ name }) => name));
  for (let n = 1; ; n++) if (!names.has(`pasted text ${n}`)) return `pasted text ${n}`;
}

export function removeText(id: number): void {
  sideTexts.value = sideTexts.value.filter((text) => text.id !== id);
}

/** What a file is by its first bytes; a text that is too large is no dump either. */
export type FileKind = "dump" | "text" | "large" | "unreadable";

const HEAD = 4096;

export async function kindOf(file: File): Promise<FileKind> {
  let head: Uint8Array;
  try {
    head = new Uint8Array(await file.slice(0, HEAD).arrayBuffer());
  } catch {
    return "unreadable";
  }
  if (!isText(head)) return "dump";
  return file.size > MOST_BYTES ? "large" : "text";
}

/** Whether first bytes are text, and not a dump's. */
function isText(head: Uint8Array): boolean {
  // An empty file says nothing; a dump can be one after a disk was full.
  if (head.length === 0 || head.includes(0)) return false;
  // A character may be cut at the end: that is no error in a stream.
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(head, { stream: true });
    return !text.startsWith("JAVA PROFILE");
  } catch {
    return false;
  }
}

/** The text of a file; null when it cannot be read. */
export async function readText(file: File): Promise<NewText | null> {
  try {
    return { name: file.name, text: await file.text() };
  } catch {
    return null;
  }
}
