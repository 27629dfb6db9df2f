/** How a dump gets in: dropped anywhere on the window, picked, or the example. */
import { signal } from "@preact/signals";
import { visibleName } from "../lib/format";
import { navigate, OUTSIDE } from "./route";
import { engine, openDump, phase } from "./session";
import { addTexts, isText, mayBeText, readText, sideTexts } from "./sideTexts";

/** Why the last attempt brought no dump; shown until the next attempt. */
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

/** Opens the dump among the files and takes the texts beside it; of a dump that is open already texts alone. */
export function openFiles(files: ArrayLike<File>): void {
  const all = Array.from(files);
  const isOpen = phase.value === "ready" || phase.value === "loading";
  if (!all.some(mayBeText) || (all.length === 1 && !isOpen)) openFirst(all);
  else void openSorted(all, isOpen);
}

async function openSorted(all: readonly File[], isOpen: boolean): Promise<void> {
  const are = await Promise.all(all.map(isText));
  const texts = await Promise.all(all.filter((_, i) => are[i]).map(readText));
  const dumps = all.filter((_, i) => !are[i]);
  if (dumps.length > 0) openFirst(dumps);
  else if (!isOpen) {
    notice.value = "These are texts without a dump. Drop the .hprof or .hprof.gz file with them.";
    return;
  }
  addTexts(texts);
  if (dumps.length === 0 && phase.value === "ready") navigate(OUTSIDE);
}

/** Opens the first file; says so when there were more. */
export function openFirst(files: ArrayLike<File>): void {
  const file = files[0];
  if (!file) return;
  notice.value =
    files.length > 1
      ? `Only one dump at a time: opened the first of ${files.length} files, ${visibleName(file.name, 120)}.`
      : null;
  sideTexts.value = [];
  void openDump(file);
}

/** Composes the example in the engine and opens it. */
export async function openSample(): Promise<void> {
  notice.value = null;
  sideTexts.value = [];
  try {
    await openDump(await engine().sample());
  } catch {
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
