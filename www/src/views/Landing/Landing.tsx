import { useState } from "preact/hooks";
import { copyAndTell } from "../../components/Copy";
import { Logo } from "../../components/Shell/Logo";
import { ThemeSwitch } from "../../components/Shell/ThemeSwitch";
import { visibleText } from "../../lib/format";
import { hotkeyLabel } from "../../lib/hotkeys";
import { openSample, pickFile } from "../../state/files";
import { route } from "../../state/route";
import { RECIPES } from "./recipes";
import "./Landing.css";

/** A link into a dump was followed: say which dump it wants. */
function LinkNote() {
  const to = route.value;
  if (to.view === "overview") return null;
  const what =
    to.view === "object"
      ? `the object ${to.address}`
      : to.view === "class"
        ? `the class ${visibleText(to.name)}`
        : "a view of a dump";
  return (
    <p class="link-note" role="status">
      This link leads to {what}. Open the dump that it belongs to.
    </p>
  );
}

/** The first visit: what this is, where to drop, why it is safe, how to get a dump. */
export function Landing() {
  const [composing, setComposing] = useState(false);
  return (
    <div class="landing">
      <header class="landing-head">
        <Logo />
        <ThemeSwitch />
      </header>
      <main class="landing-main">
        <h1 tabIndex={-1}>See what fills a Java heap, and what keeps it there.</h1>
        <LinkNote />
        <div class="drop-zone">
          <p class="drop-title">Drop a heap dump anywhere</p>
          <p class="soft">
            <code>.hprof</code> or <code>.hprof.gz</code>, up to several gigabytes
          </p>
          <p class="drop-actions">
            <button type="button" class="button primary drop-open" onClick={pickFile}>
              Open a heap dump
            </button>
            <button
              type="button"
              class="button"
              disabled={composing}
              onClick={() => {
                setComposing(true);
                void openSample().finally(() => setComposing(false));
              }}
            >
              Try the example
            </button>
          </p>
          <p class="muted small drop-keys">
            <kbd>{hotkeyLabel("open")}</kbd> opens, <kbd>?</kbd> shows all keys
          </p>
        </div>
        <div class="landing-columns">
          <section>
            <h2>Your dump never leaves this tab</h2>
            <p class="soft">
              It is read from your disk by this page, in this browser. There is no server behind it,
              no account, no telemetry. You need not take our word:
            </p>
            <ul class="proofs">
              <li>
                <b class="strong">Watch the network.</b> Open the developer tools, tab Network, then
                open a dump: no request goes out.
              </li>
              <li>
                <b class="strong">Go offline.</b> Cut the connection, or save this page: it is one
                file and works from the disk.
              </li>
              <li>
                <b class="strong">Read the policy.</b> The page's source begins with{" "}
                <code>connect-src 'none'</code>: the browser refuses every fetch, XMLHttpRequest and
                WebSocket, those of the engine too.
              </li>
            </ul>
          </section>
          <section>
            <h2>How to take a dump</h2>
            <dl class="recipes">
              {RECIPES.map((recipe) => (
                <div key={recipe.command}>
                  <dt>{recipe.when}</dt>
                  <dd>
                    <code>{recipe.command}</code>
                    <button
                      type="button"
                      class="link small"
                      aria-label={`Copy: ${recipe.command}`}
                      onClick={() => void copyAndTell(recipe.command)}
                    >
                      Copy
                    </button>
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        </div>
      </main>
    </div>
  );
}
