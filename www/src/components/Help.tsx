import { signal } from "@preact/signals";
import { Fragment } from "preact";
import { GLOSSARY } from "../lib/glossary";
import { HOTKEYS, type Hotkey, keyLabel } from "../lib/hotkeys";
import { Dialog } from "./Dialog";
import "./Help.css";

export const helpOpen = signal(false);
const GROUPS: readonly Hotkey["group"][] = [
  "Everywhere",
  "Places",
  "Selected object",
  "Tables and trees",
];

/** Keys and terms on one sheet. */
export function Help() {
  if (!helpOpen.value) return null;
  const close = () => {
    helpOpen.value = false;
  };
  return (
    <Dialog label="Keys and terms" kind="help" onClose={close}>
      <header class="help-head">
        <h2>Keys</h2>
        <button type="button" class="button quiet" onClick={close}>
          Close <kbd>Esc</kbd>
        </button>
      </header>
      <div class="help-groups">
        {GROUPS.map((group) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl class="help-keys">
              {Object.entries(HOTKEYS)
                .filter(([, hotkey]) => hotkey.group === group)
                .map(([id, hotkey]) => (
                  <Fragment key={id}>
                    <dt>
                      {hotkey.keys.map((key) => (
                        <kbd key={key}>{keyLabel(key)}</kbd>
                      ))}
                    </dt>
                    <dd>{hotkey.label}</dd>
                  </Fragment>
                ))}
            </dl>
          </section>
        ))}
      </div>
      <h2>Terms</h2>
      <dl class="help-terms">
        {Object.entries(GLOSSARY).map(([term, [title, meaning]]) => (
          <Fragment key={term}>
            <dt>{title}</dt>
            <dd>{meaning}</dd>
          </Fragment>
        ))}
      </dl>
    </Dialog>
  );
}
