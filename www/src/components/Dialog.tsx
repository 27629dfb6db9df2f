import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import "./Dialog.css";

/** Who had the keyboard when a dialog opened. */
const openers = new WeakMap<Element, Element | null>();

/** Who had the keyboard before all dialogs: one can open another, and be gone before it. */
function opener(): Element | null {
  const active = document.activeElement;
  const dialog = active?.closest("dialog") ?? null;
  return dialog === null ? active : (openers.get(dialog) ?? null);
}

/** Closes a dialog that is about to leave the document, and gives the keyboard back. */
function closeBefore(dialog: HTMLDialogElement): void {
  dialog.close();
  const active = document.activeElement;
  const lost = active === null || active === document.body || dialog.contains(active);
  const before = openers.get(dialog);
  if (lost && before instanceof HTMLElement && before.isConnected)
    before.focus({ preventScroll: true });
}

/** A modal window: the browser keeps the focus in it, closes it on Escape and gives the focus back. */
export function Dialog({
  label,
  onClose,
  children,
  kind,
}: {
  label: string;
  onClose: () => void;
  children: ComponentChildren;
  kind: string;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const here = useRef(true);
  // Not a passive effect: the browser gives the focus back only while the dialog is in the document.
  useLayoutEffect(() => {
    const element = dialog.current;
    if (element === null) return;
    openers.set(element, opener());
    element.showModal();
    return () => {
      here.current = false;
      closeBefore(element);
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class={`dialog ${kind}`}
      aria-label={label}
      onClose={() => {
        // The browser says so later, also of a dialog that has been taken away.
        if (here.current) onClose();
      }}
      onClick={(event) => {
        // Clicks on the backdrop have the dialog itself as target.
        if (event.target === dialog.current) onClose();
      }}
    >
      <div class="dialog-body">{children}</div>
    </dialog>
  );
}
