/** How much memory the engine may use, as people write it: `512M`, `3GiB`, plain bytes. */

const UNITS: Record<string, number> = { "": 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };

/** Below this there is no room to read even a small dump. */
export const LEAST_MEMORY = 16 * 2 ** 20;

/** The number of bytes, at least 16 MiB; null for what is no size. */
export function parseMemory(text: string): number | null {
  const found = /^\s*(\d{1,15}(?:\.\d{1,6})?)\s*(?:([KMG])(?:i?B)?|B)?\s*$/i.exec(text);
  if (found === null) return null;
  const bytes = Math.floor(Number(found[1]) * (UNITS[(found[2] ?? "").toUpperCase()] ?? 1));
  return Math.max(LEAST_MEMORY, bytes);
}

/** The limit that an address asks for: `?memory=512M`. */
export function memoryOf(search: string): number | undefined {
  const text = new URLSearchParams(search).get("memory");
  return text === null ? undefined : (parseMemory(text) ?? undefined);
}
