/** Starts the page: theme, place, engine, keyboard, then the first render. */
import "./styles/tokens.css";
import "./styles/base.css";
import { render } from "preact";
import { App } from "./App";
import { createClient } from "./engine/client";
import EngineWorker from "./engine/worker?worker&inline";
import { installHotkeys } from "./lib/hotkeys";
import { followLocation } from "./state/route";
import { engineCrashed, openDump, provideEngine } from "./state/session";
import { startTheme } from "./state/settings";

startTheme();
followLocation();
installHotkeys(window);

if (import.meta.env.DEV && location.search.includes("fake")) {
  const { FakeEngine } = await import("../test/fake-engine");
  const variant = new URLSearchParams(location.search).get("fake") || "leak";
  provideEngine(
    new FakeEngine(
      variant as ConstructorParameters<typeof FakeEngine>[0],
      variant === "loading" ? 20 : 0,
    ),
  );
  if (variant !== "landing") void openDump(new File(["JAVA PROFILE"], "websocket_5k.hprof"));
} else {
  provideEngine(createClient(() => new EngineWorker(), engineCrashed));
}

const place = document.getElementById("app");
if (place) render(<App />, place);
