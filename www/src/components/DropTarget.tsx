import { useEffect } from "preact/hooks";
import { dragging, installDrop, notice } from "../state/files";
import "./DropTarget.css";

/** The window-wide drop target: an outline while a file hovers, and what was wrong with the last drop. */
export function DropTarget() {
  useEffect(() => installDrop(window), []);
  return (
    <>
      {dragging.value && (
        <div class="drop-outline" aria-hidden="true">
          <p>Drop to open</p>
        </div>
      )}
      <div class="notice-place" role="status">
        {notice.value !== null && (
          <p class="notice">
            {notice.value}
            <button
              type="button"
              class="link"
              onClick={() => {
                notice.value = null;
              }}
            >
              Dismiss
            </button>
          </p>
        )}
      </div>
    </>
  );
}
