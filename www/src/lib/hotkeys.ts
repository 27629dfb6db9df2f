/**
 * The keyboard: one table drives the handler, the help overlay and the tooltips.
 * A component registers a handler for an action with `useHotkey`; the latest registration wins.
 */
import { useEffect, useRef } from "preact/hooks";

export interface Hotkey {
  /** "Mod" is Ctrl, or Cmd on a Mac. One entry per alternative. */
  keys: readonly string[];
  label: string;
  group: "Everywhere" | "Places" | "Selected object" | "Tables and trees";
  /** Works while the focus is in a text field. */
  inText?: boolean;
  /** Handled by the component that has the focus; listed for the help overlay only. */
  local?: boolean;
}

export const HOTKEYS = {
  palette: {
    keys: ["Mod+k"],
    label: "Find a class, address, place or action",
    group: "Everywhere",
    inText: true,
  },
  open: { keys: ["Mod+o"], label: "Open a heap dump", group: "Everywhere", inText: true },
  help: { keys: ["?"], label: "Show keys and terms", group: "Everywhere" },
  close: {
    keys: ["Escape"],
    label: "Close what is on top; cancel a load",
    group: "Everywhere",
    inText: true,
  },
  pane: { keys: ["\\"], label: "Show or hide the right pane", group: "Everywhere" },
  oddities: { keys: ["w"], label: "What is odd in this dump", group: "Everywhere" },
  report: { keys: ["s"], label: "Save a report", group: "Everywhere" },
  theme: { keys: ["t"], label: "Switch theme: system, light, dark", group: "Everywhere" },
  overview: { keys: ["1"], label: "Overview", group: "Places" },
  suspects: { keys: ["2"], label: "Suspects", group: "Places" },
  histogram: { keys: ["3"], label: "Histogram", group: "Places" },
  dominators: { keys: ["4"], label: "Dominators", group: "Places" },
  ask: { keys: ["q"], label: "Ask about the selection", group: "Selected object" },
  threads: { keys: ["5"], label: "Threads", group: "Places" },
  loaders: { keys: ["6"], label: "Class loaders", group: "Places" },
  roots: { keys: ["7"], label: "GC roots", group: "Places" },
  properties: { keys: ["8"], label: "Properties", group: "Places" },
  questions: { keys: ["9"], label: "Questions", group: "Places" },
  outside: { keys: ["0"], label: "Outside", group: "Places" },
  filter: { keys: ["/"], label: "Filter this table", group: "Tables and trees" },
  openSelected: { keys: ["o"], label: "Open", group: "Selected object" },
  holds: {
    keys: ["r"],
    label: "What holds this: go to the path to a GC root",
    group: "Selected object",
  },
  inbound: { keys: ["i"], label: "Inbound references", group: "Selected object" },
  outbound: { keys: ["u"], label: "Outbound references", group: "Selected object" },
  inTree: { keys: ["d"], label: "Show in the dominator tree", group: "Selected object" },
  note: { keys: ["m"], label: "Mark and note; show the notes", group: "Selected object" },
  copyAddress: { keys: ["c"], label: "Copy address", group: "Selected object" },
  copyName: { keys: ["n"], label: "Copy name", group: "Selected object" },
  move: { keys: ["ArrowUp", "ArrowDown"], label: "Move", group: "Tables and trees", local: true },
  expand: {
    keys: ["ArrowRight", "ArrowLeft"],
    label: "Expand, collapse",
    group: "Tables and trees",
    local: true,
  },
  enter: { keys: ["Enter"], label: "Open the row", group: "Tables and trees", local: true },
} as const satisfies Record<string, Hotkey>;

export type HotkeyId = keyof typeof HOTKEYS;
/** A handler answers false to say that it did nothing and the next one may. */
export type HotkeyHandler = (event: KeyboardEvent) => unknown;

const handlers: { id: HotkeyId; run: HotkeyHandler }[] = [];

/** Registers a handler until the returned function is called. */
export function onHotkey(id: HotkeyId, run: HotkeyHandler): () => void {
  const entry = { id, run };
  handlers.push(entry);
  return () => {
    const at = handlers.indexOf(entry);
    if (at >= 0) handlers.splice(at, 1);
  };
}

/** Handles a hotkey while the component is mounted and `active`. */
export function useHotkey(id: HotkeyId, run: HotkeyHandler, active = true): void {
  const latest = useRef(run);
  latest.current = run;
  useEffect(
    () => (active ? onHotkey(id, (event) => latest.current(event)) : undefined),
    [id, active],
  );
}

/** Listens on a window. */
export function installHotkeys(target: Window): () => void {
  const listener = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing) return;
    const id = matchHotkey(event);
    if (id === null) return;
    for (let i = handlers.length - 1; i >= 0; i--) {
      const handler = handlers[i];
      if (handler?.id !== id || handler.run(event) === false) continue;
      event.preventDefault();
      return;
    }
  };
  target.addEventListener("keydown", listener);
  return () => target.removeEventListener("keydown", listener);
}

/** Which action a key press means; null for none. */
export function matchHotkey(event: KeyboardEvent): HotkeyId | null {
  // In a modal window letters are not meant for the page behind it.
  const typing =
    isTextField(event.target) ||
    (event.key !== "?" && document.querySelector("dialog[open]") !== null);
  for (const [id, hotkey] of Object.entries(HOTKEYS) as [HotkeyId, Hotkey][]) {
    if (hotkey.local || (typing && !hotkey.inText)) continue;
    if (hotkey.keys.some((key) => matchesKey(event, key))) return id;
  }
  return null;
}

function matchesKey(event: KeyboardEvent, key: string): boolean {
  const mod = key.startsWith("Mod+");
  if ((event.ctrlKey || event.metaKey) !== mod || event.altKey) return false;
  const wanted = mod ? key.slice(4) : key;
  // Which characters need Shift differs between keyboards: only the result counts.
  return mod ? event.key.toLowerCase() === wanted : event.key === wanted;
}

function isTextField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (
    target.isContentEditable ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement
  )
    return true;
  return (
    target instanceof HTMLInputElement &&
    !["checkbox", "radio", "button", "range"].includes(target.type)
  );
}

const SYMBOLS: Record<string, string> = {
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
  Escape: "Esc",
};

/** A key as printed on the keyboard: "Ctrl K", "Esc". */
export function keyLabel(key: string, mac = isMac()): string {
  return key
    .split("+")
    .map((part) =>
      part === "Mod"
        ? mac
          ? "⌘"
          : "Ctrl"
        : (SYMBOLS[part] ?? (part.length === 1 ? part.toUpperCase() : part)),
    )
    .join(" ");
}

/** The first key of an action, for a tooltip or a hint beside a button. */
export function hotkeyLabel(id: HotkeyId): string {
  return keyLabel(HOTKEYS[id].keys[0]);
}

function isMac(): boolean {
  return typeof navigator !== "undefined" && /mac|iphone|ipad/i.test(navigator.platform);
}
