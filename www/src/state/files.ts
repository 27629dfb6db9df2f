/** How a dump gets in: dropped anywhere on the window, picked, or the example. */
import { signal } from "@preact/signals";
import { formatBytes, visibleName } from "../lib/format";
import { navigate, OUTSIDE } from "./route";
import { engine, openDump, openFile, phase } from "./session";
import {
  addTexts,
  type FileKind,
  kindOf,
  MOST_BYTES,
  MOST_TEXTS,
  type NewText,
  readText,
  sideTexts,
} from "./sideTexts";

/** Why the last attempt brought no dump, or not all that it was to bring; shown until the next attempt. */
export const notice = signal<string | null>(null);
/** True while a file is dragged over the window. */
export const dragging = signal(false);

let picker: HTMLInputElement | null = null;

/** Names the file input that the Open buttons use. */
export function providePicker(input: HTMLInputElement | null): void {
  picker = input;
}

export function pickFile(): void {
  picker?.click();
}

/** Attempts to open something, in the order of what the person did: a later one holds. */
let attempts = 0;
let holds = 0;

/** Whether an attempt is still the latest one that has come to a dump. */
function wins(attempt: number): boolean {
  if (attempt < holds) return false;
  holds = attempt;
  return true;
}

const isOpen = () => phase.value === "ready" || phase.value === "loading";

/** Opens the dump among the files and takes the texts beside it; of a dump that is open already texts alone. */
export function openFiles(files: ArrayLike<File>): void {
  const all = Array.from(files);
  // The only file on the start page is meant as a dump: why it is none, the engine says best.
  if (all.length > 1 || isOpen()) void openSorted(all, ++attempts);
  else openFirst(all);
}

async function openSorted(all: readonly File[], attempt: number): Promise<void> {
  const before = openFile.value;
  const wasOpen = isOpen();
  const kinds = await Promise.all(all.map(kindOf));
  const dumps = all.filter((_, i) => kinds[i] === "dump");
  if (dumps.length > 0) {
    if (!wins(attempt)) return;
    openOne(dumps);
  } else {
    notice.value = null;
    if (!wasOpen) {
      if (kinds.includes("text"))
        alsoSay("These are texts without a dump. Drop the .hprof or .hprof.gz file with them.");
      sayUnread(all, kinds);
      return;
    }
  }
  const of = dumps.length > 0 ? openFile.value : before;
  const taken = await takeTexts(all, kinds, of);
  if (taken && dumps.length === 0 && phase.value === "ready") navigate(OUTSIDE);
}

/** Takes the texts among the files for the dump that is open. Any other file is named, and nothing is opened. */
export async function addFiles(files: ArrayLike<File>): Promise<void> {
  const all = Array.from(files);
  const of = openFile.value;
  notice.value = null;
  const kinds = await Promise.all(all.map(kindOf));
  if (openFile.value !== of) return;
  for (const [i, file] of all.entries())
    if (kinds[i] === "dump") alsoSay(`${nameOf(file)} is no text and was not read.`);
  await takeTexts(all, kinds, of);
}

/** Reads and adds the texts among the files, says which were not taken; false when none was, or the dump has gone. */
async function takeTexts(
  all: readonly File[],
  kinds: readonly FileKind[],
  of: File | null,
): Promise<boolean> {
  const texts = all.filter((_, i) => kinds[i] === "text");
  const read = await Promise.all(texts.map(readText));
  if (openFile.value !== of) return false;
  sayUnread(all, kinds);
  sayUnread(
    texts,
    read.map((text) => (text === null ? "unreadable" : "text")),
  );
  const found = read.filter((text) => text !== null);
  return addText(found) < found.length;
}

function sayUnread(all: readonly File[], kinds: readonly FileKind[]): void {
  for (const [i, file] of all.entries()) {
    if (kinds[i] === "large")
      alsoSay(`${nameOf(file)} is text of more than ${formatBytes(MOST_BYTES)} and was not read.`);
    else if (kinds[i] === "unreadable") alsoSay(`${nameOf(file)} could not be read.`);
  }
}

/** Adds texts and says which found no room; answers how many. */
export function addText(texts: readonly NewText[]): number {
  const left = addTexts(texts);
  if (left.length > 0) {
    const names = left.map(({ name }) => visibleName(name, 120)).join(", ");
    alsoSay(`Only ${MOST_TEXTS} texts at a time: not taken ${names}.`);
  }
  return left.length;
}

const nameOf = (file: File): string => visibleName(file.name, 120);

function alsoSay(text: string): void {
  notice.value = notice.value === null ? text : `${notice.value} ${text}`;
}

/** Opens the first file; says so when there were more. */
export function openFirst(files: ArrayLike<File>): void {
  holds = ++attempts;
  openOne(files);
}

function openOne(files: ArrayLike<File>): void {
  const file = files[0];
  if (!file) return;
  notice.value =
    files.length > 1
      ? `Only one dump at a time: opened the first of ${files.length} files, ${nameOf(file)}.`
      : null;
  sideTexts.value = [];
  void openDump(file);
}

/** Composes the example in the engine and opens it. */
export async function openSample(): Promise<void> {
  const attempt = ++attempts;
  notice.value = null;
  try {
    const sample = await engine().sample();
    if (!wins(attempt)) return;
    sideTexts.value = [];
    await openDump(sample);
  } catch {
    if (attempt < holds) return;
    notice.value = "The example could not be composed: this browser may lack WebAssembly.";
  }
}

/** What was dropped: files, or a folder that cannot be opened. */
export function readDrop(transfer: DataTransfer): void {
  const folder = [...transfer.items].find(
    (item) => item.kind === "file" && item.webkitGetAsEntry?.()?.isDirectory,
  );
  if (folder) {
    notice.value = "That is a folder. Drop the .hprof or .hprof.gz file that is in it.";
    return;
  }
  if (transfer.files.length === 0) {
    notice.value = "That was not a file. Drop a .hprof or .hprof.gz file.";
    return;
  }
  openFiles(transfer.files);
}

/** Makes the whole window a drop target. */
export function installDrop(target: Window): () => void {
  // Entering a child fires before leaving its parent: only a count tells when the pointer left the window.
  let depth = 0;
  const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
  const listeners: [string, (event: DragEvent) => void][] = [
    [
      "dragenter",
      (event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        depth++;
        dragging.value = true;
      },
    ],
    [
      "dragleave",
      () => {
        depth = Math.max(0, depth - 1);
        if (depth === 0) dragging.value = false;
      },
    ],
    [
      "dragover",
      (event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        if (event.dataTransfer) event.dataTransfer.dropEffect = "copy";
      },
    ],
    [
      "drop",
      (event) => {
        depth = 0;
        dragging.value = false;
        if (!event.dataTransfer || !hasFiles(event)) return;
        event.preventDefault();
        readDrop(event.dataTransfer);
      },
    ],
  ];
  for (const [name, run] of listeners) target.addEventListener(name, run as EventListener);
  return () => {
    for (const [name, run] of listeners) target.removeEventListener(name, run as EventListener);
  };
}
