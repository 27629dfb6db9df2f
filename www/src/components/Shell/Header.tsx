import { formatBytes, formatMoment, visibleText } from "../../lib/format";
import { hotkeyLabel } from "../../lib/hotkeys";
import { pickFile } from "../../state/files";
import { OVERVIEW } from "../../state/route";
import { facts, openFile, ready } from "../../state/session";
import { paneOpen, togglePane } from "../../state/settings";
import { paletteOpen } from "../Palette/Palette";
import { RouteLink } from "../RouteLink";
import { Logo } from "./Logo";
import { ThemeSwitch } from "./ThemeSwitch";

/** The file, what is known of it, search, theme, and the door to another dump. */
export function Header() {
  return (
    <header class="shell-header">
      <button
        type="button"
        class="skip button"
        onClick={() => document.getElementById("main")?.focus()}
      >
        Skip to the answer
      </button>
      <RouteLink class="shell-home" to={OVERVIEW}>
        <Logo />
      </RouteLink>
      <FileLine />
      <button
        type="button"
        class="shell-search"
        onClick={() => {
          paletteOpen.value = true;
        }}
      >
        <span class="clip">Class, address, place, action</span>
        <kbd>{hotkeyLabel("palette")}</kbd>
      </button>
      <ThemeSwitch />
      {ready.value && (
        <button
          type="button"
          class="button quiet pane-toggle"
          aria-pressed={paneOpen.value}
          title={`${paneOpen.value ? "Hide" : "Show"} the selection (${hotkeyLabel("pane")})`}
          aria-label="Selection pane"
          onClick={togglePane}
        >
          <svg width="16" height="14" viewBox="0 0 16 14" aria-hidden="true">
            <path d="M1 1h14v12H1zM10.5 1v12" />
          </svg>
        </button>
      )}
      <button
        type="button"
        class="link open-another"
        onClick={pickFile}
        title={`Open another dump (${hotkeyLabel("open")})`}
      >
        Open another
      </button>
    </header>
  );
}

function FileLine() {
  const file = openFile.value;
  const known = facts.value;
  if (file === null) return null;
  const details = [formatBytes(file.size)];
  if (known !== null) {
    details[0] = formatBytes(known.fileBytes);
    if (known.javaVersion !== null) details.push(`Java ${known.javaVersion}`);
    if (known.takenAt > 0) details.push(formatMoment(known.takenAt));
    if (known.dumps > 1) details.push(`dump ${known.dump} of ${known.dumps}`);
  }
  const name = visibleText(file.name);
  return (
    <div class="shell-file clip" title={`${name} · ${details.join(" · ")}`}>
      <b>{name}</b> · {details.join(" · ")}
    </div>
  );
}
