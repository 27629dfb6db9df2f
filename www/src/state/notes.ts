/**
 * Notes that a person writes about objects of the dump that is open.
 *
 * Dumps are sensitive and so may be what is said about them: notes live in memory, by dump, as long as the page does.
 * Only where the person agrees for this dump are they also kept in the browser's storage.
 */
import { batch, computed, effect, signal } from "@preact/signals";
import type { Address, DumpFacts, ObjectRow } from "../engine/protocol";
import { readSetting, removeSetting, writeSetting } from "../lib/theme";
import { facts, ready } from "./session";

/** What is said about one object. */
export interface Note {
  address: Address;
  /** Name of the object; never its value. */
  name: string;
  text: string;
  /** When it was written last, in milliseconds since 1970. */
  at: number;
}

const PREFIX = "heapglass.notes.";
/** Longest note kept, in UTF-16 units; the field takes no more. */
export const NOTE_LIMIT = 20_000;

/** The notes of the dump that is open, in the order in which they were begun. */
export const notes = signal<readonly Note[]>([]);
/** Whether the person agreed that the notes of this dump outlive the page. */
export const notesKept = signal(false);
/** False after the storage refused the notes: it is full or closed. */
export const notesStored = signal(true);

/** Notes of dumps that were open earlier in this page. */
const inMemory = new Map<string, readonly Note[]>();

/** What stays the same when the same dump is opened again, under whatever name. */
export function dumpIdentity(of: DumpFacts): string {
  const marks = [of.fileBytes, of.dumpBytes, of.takenAt, of.idBytes, of.dump].join(" ");
  return `${checksum(marks, 0x811c9dc5)}${checksum(marks, 0x050c5d1f)}`;
}

/** FNV-1a with a seed of its own, as eight hexadecimal digits. */
function checksum(text: string, seed: number): string {
  let hash = seed;
  for (let i = 0; i < text.length; i++)
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, "0");
}

const identity = computed(() =>
  ready.value && facts.value !== null ? dumpIdentity(facts.value) : null,
);

/** What was typed about objects but not added, by address; there again until another dump is open. */
export const drafts = new Map<Address, string>();
let draftsOf: string | null = null;

// Another dump has other notes.
effect(() => {
  const dump = identity.value;
  if (dump !== null && dump !== draftsOf) {
    drafts.clear();
    draftsOf = dump;
  }
  batch(() => {
    const kept = dump === null ? null : storedNotes(dump);
    notesKept.value = kept !== null;
    notesStored.value = true;
    notes.value = dump === null ? [] : (inMemory.get(dump) ?? kept ?? []);
  });
});

/** The note about the object at an address. */
export function noteOf(address: Address): Note | undefined {
  return notes.value.find((note) => note.address === address);
}

/** Writes or changes the note about an object; an empty text removes it. */
export function writeNote(row: Pick<ObjectRow, "address" | "name">, text: string): void {
  const { address, name } = row;
  const said = text.slice(0, NOTE_LIMIT).trimEnd();
  if (said.trim() === "") {
    removeNote(address);
    return;
  }
  const note = { address, name, text: said, at: Date.now() };
  const known = noteOf(address) !== undefined;
  change(
    known
      ? notes.value.map((each) => (each.address === address ? note : each))
      : [...notes.value, note],
  );
}

export function removeNote(address: Address): void {
  change(notes.value.filter((note) => note.address !== address));
}

/** Keeps the notes of this dump in the browser from now on, or takes them out of it at once. */
export function keepNotes(kept: boolean): void {
  const dump = identity.value;
  if (dump === null) return;
  notesKept.value = kept;
  // Notes that came from the storage live on in the page when they leave it.
  inMemory.set(dump, notes.value);
  if (kept) store(dump);
  else removeSetting(PREFIX + dump);
}

function change(next: readonly Note[]): void {
  const dump = identity.value;
  if (dump === null) return;
  notes.value = next;
  inMemory.set(dump, next);
  if (notesKept.value) store(dump);
}

function store(dump: string): void {
  notesStored.value = writeSetting(PREFIX + dump, JSON.stringify(notes.value));
}

/** The stored notes, without anything that is none; null when nothing was stored for this dump. */
function storedNotes(dump: string): Note[] | null {
  const text = readSetting(PREFIX + dump);
  if (text === null) return null;
  try {
    const found: unknown = JSON.parse(text);
    return Array.isArray(found) ? found.filter(isNote) : [];
  } catch {
    return [];
  }
}

function isNote(value: unknown): value is Note {
  if (typeof value !== "object" || value === null) return false;
  const { address, name, text, at } = value as Record<string, unknown>;
  return (
    typeof address === "string" &&
    /^0x[0-9a-f]{1,16}$/i.test(address) &&
    typeof name === "string" &&
    typeof text === "string" &&
    typeof at === "number"
  );
}

/** Forgets what only memory holds, as closing the page does (tests). */
export function forgetNotes(): void {
  inMemory.clear();
}
