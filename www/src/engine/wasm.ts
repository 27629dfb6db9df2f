/** The only place that names the generated bindings; imported by the worker alone. */
import { decompress } from "lzma1";
import exampleUrl from "./generated/example.hprof.lzma?url&inline";
import init, { Session } from "./generated/heapglass.js";
import wasmUrl from "./generated/heapglass_bg.wasm.lzma?url&inline";
import type { RustModule } from "./session-api";

/** Instantiates the engine. The wasm travels inside the page, compressed, as a data URL and is decoded without a request. */
export async function loadRust(): Promise<RustModule> {
  const { memory } = await init({ module_or_path: unpack(wasmUrl) });
  return {
    Session: Session as unknown as RustModule["Session"],
    memoryGrown: () => memory.buffer.byteLength,
    exampleDump: () => unpack(exampleUrl),
  };
}

/** The bytes that an inlined asset stands for: LZMA, as base64. */
function unpack(url: string): Uint8Array<ArrayBuffer> {
  // By hand, because the page's policy forbids `fetch`, even of data URLs.
  const binary = atob(url.slice(url.indexOf(",") + 1));
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return new Uint8Array(decompress(bytes));
}
