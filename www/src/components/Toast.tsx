import { signal } from "@preact/signals";
import "./Toast.css";

const SHOWN_MS = 3200;
const message = signal("");
let timer: ReturnType<typeof setTimeout> | undefined;

/** Shows a short note at the bottom for a few seconds; screen readers hear it. */
export function toast(text: string): void {
  clearTimeout(timer);
  message.value = text;
  timer = setTimeout(() => {
    message.value = "";
  }, SHOWN_MS);
}

/** The place where notes appear; mounted once. */
export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {message.value !== "" && <div class="toast">{message.value}</div>}
    </div>
  );
}
