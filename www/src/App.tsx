import { useEffect, useRef } from "preact/hooks";
import { Ask, openAsk } from "./components/Ask/Ask";
import { DropTarget } from "./components/DropTarget";
import { ExportBar } from "./components/ExportBar";
import { Help, helpOpen } from "./components/Help";
import { Notes, openNotes } from "./components/Notes/Notes";
import { Oddities, odditiesOpen } from "./components/Oddities/Oddities";
import { Palette, paletteOpen } from "./components/Palette/Palette";
import { SaveReport, saveReportOpen } from "./components/SaveReport/SaveReport";
import { Shell } from "./components/Shell/Shell";
import { TextViewer } from "./components/TextViewer/TextViewer";
import { Toasts, toast } from "./components/Toast";
import { visibleName } from "./lib/format";
import { useHotkey } from "./lib/hotkeys";
import { openFiles, pickFile, providePicker } from "./state/files";
import {
  DOMINATORS,
  HISTOGRAM,
  LOADERS,
  navigate,
  OUTSIDE,
  OVERVIEW,
  PROPERTIES,
  QUESTIONS,
  ROOTS,
  type Route,
  SUSPECTS,
  THREADS,
} from "./state/route";
import { openFile, phase, progress } from "./state/session";
import { cycleTheme, togglePane } from "./state/settings";
import { Landing } from "./views/Landing/Landing";
import { overall } from "./views/Loading/estimate";

/** The whole page: the start page, or the shell around what is open. */
export function App() {
  const picker = useRef<HTMLInputElement>(null);
  useEffect(() => providePicker(picker.current), []);
  useGlobalKeys();
  useTitle();
  return (
    <>
      {phase.value === "empty" ? <Landing /> : <Shell />}
      <input
        ref={picker}
        hidden
        type="file"
        multiple
        aria-label="Heap dump file"
        onChange={(event) => {
          const input = event.currentTarget;
          if (input.files) openFiles(input.files);
          // Else picking the same file again would not count as a change.
          input.value = "";
        }}
      />
      <DropTarget />
      <Palette />
      <Ask />
      <Help />
      <Oddities />
      <SaveReport />
      <Notes />
      <TextViewer />
      <ExportBar />
      <Toasts />
    </>
  );
}

function useGlobalKeys(): void {
  const loaded = phase.value === "ready";
  const place = (to: Route) => () => navigate(to);
  useHotkey("open", pickFile);
  useHotkey("help", () => {
    helpOpen.value = !helpOpen.value;
  });
  useHotkey("palette", () => {
    paletteOpen.value = !paletteOpen.value;
  });
  useHotkey("theme", () => toast(`Theme: ${cycleTheme()}`));
  useHotkey(
    "oddities",
    () => {
      odditiesOpen.value = true;
    },
    loaded,
  );
  useHotkey(
    "report",
    () => {
      saveReportOpen.value = true;
    },
    loaded,
  );
  useHotkey("pane", togglePane, loaded);
  useHotkey("overview", place(OVERVIEW), loaded);
  useHotkey("suspects", place(SUSPECTS), loaded);
  useHotkey("histogram", place(HISTOGRAM), loaded || progress.value?.histogramReady === true);
  useHotkey("dominators", place(DOMINATORS), loaded);
  useHotkey("questions", place(QUESTIONS), loaded);
  useHotkey("ask", openAsk, loaded);
  useHotkey("note", openNotes, loaded);
  useHotkey("threads", place(THREADS), loaded);
  useHotkey("loaders", place(LOADERS), loaded);
  useHotkey("roots", place(ROOTS), loaded);
  useHotkey("properties", place(PROPERTIES), loaded);
  useHotkey("outside", place(OUTSIDE), loaded);
}

/** The tab tells the file, and while loading how far it is. */
function useTitle(): void {
  const file = openFile.value;
  const name = file === null ? null : visibleName(file.name, 120);
  const percent = progress.value === null ? null : Math.floor(overall(progress.value) * 100);
  const loading = phase.value === "loading";
  useEffect(() => {
    document.title =
      name === null ? "Heapglass" : loading ? `${percent ?? 0} % · ${name}` : `${name} · Heapglass`;
  }, [name, percent, loading]);
}
