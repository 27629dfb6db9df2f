/** The only place that names the generated bindings; imported by the worker alone. */
import init, { Session } from "./generated/heapglass.js";
import wasmUrl from "./generated/heapglass_bg.wasm.gz?url&inline";
import type { RustModule } from "./session-api";

/** Instantiates the engine. The wasm travels inside the page, compressed, as a data URL and is decoded without a request. */
export async function loadRust(): Promise<RustModule> {
  const { memory } = await init({ module_or_path: await inflate(decodeDataUrl(wasmUrl)) });
  return {
    Session: Session as unknown as RustModule["Session"],
    memoryGrown: () => memory.buffer.byteLength,
  };
}

/** By hand, because the page's policy forbids `fetch`, even of data URLs. */
function decodeDataUrl(url: string): Uint8Array<ArrayBuffer> {
  const binary = atob(url.slice(url.indexOf(",") + 1));
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

function inflate(bytes: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer> {
  const inflated = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(inflated).arrayBuffer();
}
