/** Choices that outlive the page: theme and whether the right pane is open. */
import { effect, signal } from "@preact/signals";
import { memoryOf } from "../lib/memory";
import {
  applyTheme,
  nextTheme,
  readSetting,
  storedTheme,
  storeTheme,
  type Theme,
  writeSetting,
} from "../lib/theme";

const PANE_KEY = "heapglass.pane";
const CHAIN_KEY = "heapglass.chains";
const MAP_KEY = "heapglass.map";

export const theme = signal<Theme>("system");
/** The right pane; closed on a first visit with a narrow window. */
export const paneOpen = signal(true);
/** Whether chains show what a collection holds as one step. */
export const logicalPaths = signal(true);

/** How the map of the heap is drawn. */
export type MapShape = "icicle" | "treemap";
export const mapShape = signal<MapShape>("icicle");

/** Bytes that the engine may use, where the address says so (`?memory=512M`). */
export const memoryLimit = (): number | undefined => memoryOf(location.search);

/** Reads the stored choices and applies the theme from now on. */
export function startTheme(): () => void {
  theme.value = storedTheme();
  const stored = readSetting(PANE_KEY);
  paneOpen.value = stored === null ? true : stored === "open";
  logicalPaths.value = readSetting(CHAIN_KEY) !== "physical";
  mapShape.value = readSetting(MAP_KEY) === "treemap" ? "treemap" : "icicle";
  return effect(() => applyTheme(theme.value));
}

export function setTheme(choice: Theme): void {
  theme.value = choice;
  storeTheme(choice);
}

export function cycleTheme(): Theme {
  setTheme(nextTheme(theme.value));
  return theme.value;
}

export function setLogicalPaths(logical: boolean): void {
  logicalPaths.value = logical;
  writeSetting(CHAIN_KEY, logical ? "logical" : "physical");
}

export function setMapShape(shape: MapShape): void {
  mapShape.value = shape;
  writeSetting(MAP_KEY, shape);
}

export function togglePane(): void {
  paneOpen.value = !paneOpen.value;
  writeSetting(PANE_KEY, paneOpen.value ? "open" : "closed");
}
