import type { ComponentChildren } from "preact";
import { copyText } from "../lib/clipboard";
import { toast } from "./Toast";

/** Copies and says so. */
export async function copyAndTell(text: string, what = "Copied"): Promise<void> {
  toast((await copyText(text)) ? what : "The browser does not allow copying here");
}

/** A button that copies a text. */
export function CopyButton({
  text,
  label = "Copy",
  title,
}: {
  text: string;
  label?: string;
  title?: string;
}) {
  return (
    <button
      type="button"
      class="button"
      title={title ?? label}
      onClick={() => void copyAndTell(text)}
    >
      {label}
    </button>
  );
}

/** A quiet button in a line of text that copies what it is asked for when it is pressed. */
export function CopyLink({
  text,
  said,
  small = false,
  children,
}: {
  text: () => string;
  /** What is told when it is done. */
  said: string;
  small?: boolean;
  children: ComponentChildren;
}) {
  return (
    <button
      type="button"
      class={small ? "link small" : "link"}
      onClick={() => void copyAndTell(text(), said)}
    >
      {children}
    </button>
  );
}
