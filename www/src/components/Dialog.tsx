import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import "./Dialog.css";

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
  useEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      class={`dialog ${kind}`}
      aria-label={label}
      onClose={onClose}
      onClick={(event) => {
        // Clicks on the backdrop have the dialog itself as target.
        if (event.target === dialog.current) onClose();
      }}
    >
      <div class="dialog-body">{children}</div>
    </dialog>
  );
}
