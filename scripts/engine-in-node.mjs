/** The engine of the page in this process: what it asks of a browser, made of files on disk. */
import { closeSync, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./run.mjs";

const GENERATED = join(root, "www/src/engine/generated");

/** What the engine asks of a browser's `File`. */
export class DumpFile {
  /** @param {string} path */
  constructor(path) {
    this.descriptor = openSync(path, "r");
    this.size = fstatSync(this.descriptor).size;
    this.name = basename(path);
  }

  /** @param {number} start @param {number} end */
  slice(start, end) {
    return { file: this, start, end };
  }

  close() {
    closeSync(this.descriptor);
  }
}

/** Reads slices of a {@link DumpFile} as a worker's `FileReaderSync` reads those of a `File`. */
class FileReader {
  /** @param {{ file: DumpFile, start: number, end: number }} slice */
  readAsArrayBuffer({ file, start, end }) {
    const bytes = new Uint8Array(end - start);
    const read = readSync(file.descriptor, bytes, 0, bytes.length, start);
    return bytes.buffer.slice(0, read);
  }
}

/**
 * A module of its own for each `name`, since wasm memory never shrinks; `change` may change its bytes first.
 * @param {string} name @param {(wasm: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>} change
 */
export async function startEngine(name, change = (wasm) => wasm) {
  Object.assign(globalThis, { FileReaderSync: FileReader });
  const url = `${pathToFileURL(join(GENERATED, "heapglass.js"))}?${encodeURIComponent(name)}`;
  const { initSync, Session } = await import(url);
  const wasm = change(new Uint8Array(readFileSync(join(GENERATED, "heapglass_bg.wasm"))));
  const exports = initSync({ module: new WebAssembly.Module(wasm) });
  return { Session, exports };
}
