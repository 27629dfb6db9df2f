/** The worker: the engine's service, spoken through Comlink. A crash is told to the page, which ends this worker. */
import * as Comlink from "comlink";
import { CRASH, type CrashMessage } from "./crash";
import { createService } from "./service";
import { loadRust } from "./wasm";

Comlink.expose(
  createService(loadRust, (message, memory) => {
    postMessage({ type: CRASH, message, memory } satisfies CrashMessage);
  }),
);
