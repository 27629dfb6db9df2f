/** How the worker says that the engine died, outside Comlink's protocol. Both threads import this. */
import type { EngineError } from "./protocol";

export const CRASH = "heapglass-crash";

export interface CrashMessage {
  type: typeof CRASH;
  message: string;
}

export function isCrash(data: unknown): data is CrashMessage {
  return typeof data === "object" && data !== null && "type" in data && data.type === CRASH;
}

/** An exception that is an error of the protocol, as opposed to a bug or a trap. */
export function isEngineError(reason: unknown): reason is EngineError {
  return (
    typeof reason === "object" &&
    reason !== null &&
    !(reason instanceof Error) &&
    "kind" in reason &&
    "message" in reason
  );
}

export function describe(reason: unknown): string {
  return reason instanceof Error ? `${reason.name}: ${reason.message}` : String(reason);
}
