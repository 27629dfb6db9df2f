/** Keys that act on the selection, wherever it was made. */

import { visibleName } from "../../lib/format";
import { useHotkey } from "../../lib/hotkeys";
import { classRoute, navigate, objectRoute, treeRoute } from "../../state/route";
import { isObject, ready, remember, selection } from "../../state/session";
import { paneOpen, togglePane } from "../../state/settings";
import { copyAndTell } from "../Copy";

/** Goes to the page of the selected object or class; false when nothing is selected. */
export function openSelected(): boolean {
  const chosen = selection.value;
  if (chosen === null) return false;
  if (isObject(chosen)) {
    remember(chosen);
    navigate(objectRoute(chosen.address));
  } else navigate(classRoute(chosen.name, chosen.class));
  return true;
}

export function useSelectionKeys(): void {
  const active = ready.value;
  useHotkey("openSelected", openSelected, active);
  useHotkey(
    "inTree",
    () => {
      const chosen = selection.value;
      if (!isObject(chosen)) return false;
      navigate(treeRoute(chosen));
      return true;
    },
    active,
  );
  useHotkey(
    "copyAddress",
    () => {
      const chosen = selection.value;
      if (!isObject(chosen)) return false;
      void copyAndTell(chosen.address, `Copied ${chosen.address}`);
      return true;
    },
    active,
  );
  useHotkey(
    "copyName",
    () => {
      const chosen = selection.value;
      if (chosen === null) return false;
      void copyAndTell(visibleName(chosen.name), `Copied ${visibleName(chosen.name, 60)}`);
      return true;
    },
    active,
  );
  useHotkey(
    "holds",
    () => {
      if (selection.value === null) return false;
      if (!paneOpen.value) togglePane();
      // The pane may have to be drawn first.
      requestAnimationFrame(() => document.getElementById("what-holds-this")?.focus());
      return true;
    },
    active,
  );
}
