/** Which sections of an object's page are open, and the keys that lead to them. */
import { useEffect, useState } from "preact/hooks";
import type { ObjectRow } from "../../engine/protocol";
import { useHotkey } from "../../lib/hotkeys";
import { isObject, selection } from "../../state/session";
import { type ObjectPart, openObjectAt, takeArrival } from "./arrival";

export interface SectionPlace {
  id: string;
  memory: string;
  opened: number;
}

/** The place of each section by its name. */
export function useSections(row: ObjectRow): (part: string) => SectionPlace {
  const [opened, setOpened] = useState<Record<string, number>>({});
  const go = (part: string) => {
    setOpened({ ...opened, [part]: Date.now() });
    requestAnimationFrame(() => focusSection(`object-${part}`));
  };
  useEffect(() => {
    const part = takeArrival(row.address);
    if (part !== null) go(part);
  }, [row.address]);
  // The keys speak of the selected object; that is this page's unless a row was chosen on it.
  const other = () => {
    const chosen = selection.value;
    return isObject(chosen) && chosen.address !== row.address ? chosen : null;
  };
  const references = (part: ObjectPart) => () => {
    const chosen = other();
    if (chosen === null) go(part);
    else openObjectAt(chosen, part);
  };
  useHotkey("holds", () => (other() === null ? go("path") : false));
  useHotkey("inbound", references("inbound"));
  useHotkey("outbound", references("outbound"));
  return (part: string) => ({
    id: `object-${part}`,
    memory: `object:${row.address}:${part}`,
    opened: opened[part] ?? 0,
  });
}

function focusSection(id: string): void {
  const section = document.getElementById(id);
  section?.scrollIntoView({ block: "start" });
  const inside =
    section?.querySelector<HTMLElement>("[tabindex='0'], li a") ??
    section?.querySelector<HTMLElement>("button");
  inside?.focus({ preventScroll: true });
}
