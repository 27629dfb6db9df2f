import { formatBytes, simpleName, visibleName } from "../../lib/format";
import { definition } from "../../lib/glossary";
import { hotkeyLabel } from "../../lib/hotkeys";
import { facts, isObject, progress, selection } from "../../state/session";
import { helpOpen } from "../Help";

const POLICY =
  "This page's security policy (connect-src 'none') makes the browser refuse every fetch, XMLHttpRequest and WebSocket of the page and of its engine.";

/** Where the work happens, what it costs, what is selected. */
export function Footer() {
  const known = facts.value;
  const bytes = known?.engineBytes ?? progress.value?.engineBytes;
  return (
    <footer class="shell-footer">
      <span class="hint" title={POLICY}>
        Local only: this page is not allowed to connect
      </span>
      {bytes !== undefined && (
        <span class="hint num footer-engine" title={definition("engineMemory")}>
          engine {formatBytes(bytes)}
          {known !== null && ` · ${known.bytesPerObject.toFixed(1)} B/object`}
        </span>
      )}
      <Selected />
      <button
        type="button"
        class="link footer-keys"
        onClick={() => {
          helpOpen.value = true;
        }}
      >
        <kbd>{hotkeyLabel("help")}</kbd> keys
      </button>
    </footer>
  );
}

function Selected() {
  const chosen = selection.value;
  if (chosen === null) return <span class="footer-selected" />;
  return (
    <span class="footer-selected clip num">
      Selected {visibleName(simpleName(chosen.name), 60)}
      {isObject(chosen) && ` · ${formatBytes(chosen.retained ?? chosen.shallow)}`}
    </span>
  );
}
