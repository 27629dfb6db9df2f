/** Light, dark, or as the system says; kept in localStorage and applied before the first paint. */
export type Theme = "system" | "light" | "dark";
const KEY = "heapglass.theme";
const ORDER: readonly Theme[] = ["system", "light", "dark"];

/** The stored choice; "system" when there is none or storage is closed. */
export function storedTheme(): Theme {
  const stored = readSetting(KEY);
  return ORDER.find((t) => t === stored) ?? "system";
}

export function applyTheme(theme: Theme): void {
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
}

export function storeTheme(theme: Theme): void {
  writeSetting(KEY, theme);
}

export function nextTheme(theme: Theme): Theme {
  return ORDER[(ORDER.indexOf(theme) + 1) % ORDER.length] ?? "system";
}

/** Storage throws in some private modes and on some file:// pages: then nothing is kept. */
export function readSetting(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** False when nothing was kept: the choice holds until the page closes. */
export function writeSetting(key: string, value: string): boolean {
  try {
    localStorage.setItem(key, value);
    return true;
  } catch {
    return false;
  }
}

export function removeSetting(key: string): void {
  try {
    localStorage.removeItem(key);
  } catch {
    // What cannot be reached was not kept here.
  }
}
