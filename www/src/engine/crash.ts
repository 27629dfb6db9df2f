/** How the worker says that the engine died, outside Comlink's protocol. Both threads import this. */
import type { EngineError, PhaseName } from "./protocol";

export const CRASH = "heapglass-crash";

/** What is known of the engine's memory when it died, in bytes. */
export interface MemoryAtEnd {
  used: number;
  /** What it was allowed to use. */
  limit: number;
  /** Size of the wasm memory, holes included. */
  grown: number;
}

export interface CrashMessage {
  type: typeof CRASH;
  message: string;
  /** Null when not even that can be asked. */
  memory: MemoryAtEnd | null;
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

/** The most that a wasm memory can have. */
const ALL = 2 ** 32;
/** A failed allocation traps like a failed check: with this part of the memory in use it was the former. */
const NEARLY_FULL = 0.75;
/** How browsers say that they have no memory left. */
const NO_MEMORY =
  /out of memory|allocation (failed|size overflow)|could not allocate|memory\.grow/i;

/** Whether the engine died for want of memory. */
export function isExhausted(message: string, memory: MemoryAtEnd | null): boolean {
  if (NO_MEMORY.test(message)) return true;
  if (memory === null) return false;
  return memory.used > NEARLY_FULL * memory.limit || memory.grown > NEARLY_FULL * ALL;
}

/** The end of the engine as an error: what happened, what it was doing, what can be done. */
export function crashError(
  message: string,
  phase: PhaseName | null = null,
  memory: MemoryAtEnd | null = null,
): EngineError {
  const during = phase === null ? {} : { phase };
  if (!isExhausted(message, memory)) {
    return {
      kind: "crashed",
      message: `The engine stopped: ${message}.`,
      offset: null,
      advice:
        "This is a bug, or the browser ended the engine. Try again; if it happens again, please report the details.",
      ...during,
    };
  }
  const free = memory === null ? null : Math.max(0, memory.limit - memory.used);
  return {
    kind: "crashed",
    message: `The engine ran out of memory: ${message}.`,
    offset: null,
    advice:
      "Close other tabs and try again, or open the dump with the native command line, which uses all memory there is: heapglass DUMP",
    memory: { needed: (free ?? 0) + 1, atMost: null, free, limit: memory?.limit ?? null },
    ...during,
  };
}
