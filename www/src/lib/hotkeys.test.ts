import { afterEach, describe, expect, it, vi } from "vitest";
import { HOTKEYS, type Hotkey, installHotkeys, keyLabel, matchHotkey, onHotkey } from "./hotkeys";

const press = (key: string, more: KeyboardEventInit = {}, target: EventTarget = document.body) => {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more });
  target.dispatchEvent(event);
  return event;
};
const undo: (() => void)[] = [];
afterEach(() => {
  for (const run of undo.splice(0)) run();
});

describe("hotkeys", () => {
  it("no two actions share a key", () => {
    const keys = (Object.values(HOTKEYS) as Hotkey[])
      .filter((each) => !each.local)
      .flatMap((each) => each.keys);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("runs the latest handler, and the one before when it passes", () => {
    const order: string[] = [];
    undo.push(
      installHotkeys(window),
      onHotkey("close", () => void order.push("below")),
    );
    const off = onHotkey("close", () => {
      order.push("top");
      return false;
    });
    expect(press("Escape").defaultPrevented).toBe(true);
    expect(order).toEqual(["top", "below"]);
    off();
    press("Escape");
    expect(order).toEqual(["top", "below", "below"]);
  });

  it("leaves keys without a handler to the browser", () => {
    undo.push(installHotkeys(window));
    expect(press("o", { ctrlKey: true }).defaultPrevented).toBe(false);
  });

  it("letters are text while typing, Ctrl+K is not", () => {
    const run = vi.fn();
    undo.push(installHotkeys(window), onHotkey("openSelected", run), onHotkey("palette", run));
    const input = document.body.appendChild(document.createElement("input"));
    press("o", {}, input);
    expect(run).not.toHaveBeenCalled();
    press("k", { ctrlKey: true }, input);
    expect(run).toHaveBeenCalledTimes(1);
    input.remove();
  });

  it("tells Ctrl+O from o, and takes Cmd for Ctrl", () => {
    const of = (key: string, more: KeyboardEventInit = {}) =>
      matchHotkey(new KeyboardEvent("keydown", { key, ...more }));
    expect([
      of("o"),
      of("o", { ctrlKey: true }),
      of("O", { metaKey: true }),
      of("o", { altKey: true }),
    ]).toEqual(["openSelected", "open", "open", null]);
    expect(of("?", { shiftKey: true })).toBe("help");
  });

  it("prints keys as they are on the keyboard", () => {
    expect([
      keyLabel("Mod+k", false),
      keyLabel("Mod+k", true),
      keyLabel("Escape"),
      keyLabel("r"),
    ]).toEqual(["Ctrl K", "⌘ K", "Esc", "R"]);
  });
});
