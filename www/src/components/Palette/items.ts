/** What the palette offers for a text: places, actions, then what the engine finds. */
import type { SearchHit } from "../../engine/protocol";
import { openSample, pickFile } from "../../state/files";
import {
  classRoute,
  DOMINATORS,
  DUPLICATES,
  FOREST,
  HISTOGRAM,
  LOADERS,
  MAP,
  navigate,
  OUTSIDE,
  OVERVIEW,
  objectRoute,
  PROPERTIES,
  QUESTIONS,
  ROOTS,
  type Route,
  STACKS,
  SUSPECTS,
  THREADS,
  UNREACHABLE,
} from "../../state/route";
import { engine, remember, select, selection } from "../../state/session";
import { cycleTheme, togglePane } from "../../state/settings";
import { helpOpen } from "../Help";
import { openNotes } from "../Notes/Notes";
import { odditiesOpen } from "../Oddities/Oddities";
import { openSelected } from "../Pane/keys";
import { saveReportOpen } from "../SaveReport/SaveReport";

export interface Item {
  kind: "place" | "action" | "class" | "object";
  text: string;
  detail: string;
  run: () => void;
}

const place = (text: string, to: Route): Item => ({
  kind: "place",
  text,
  detail: "Place",
  run: () => navigate(to),
});
const action = (text: string, run: () => void): Item => ({
  kind: "action",
  text,
  detail: "Action",
  run,
});

/** Places and actions whose words start with what was typed. */
export function fixedItems(text: string, loaded: boolean): Item[] {
  const all = [
    ...(loaded
      ? [
          place("Overview", OVERVIEW),
          place("Suspects", SUSPECTS),
          place("Histogram", HISTOGRAM),
          place("Dominators", DOMINATORS),
          place("Map of the heap", MAP),
          place("Questions", QUESTIONS),
          place("Threads", THREADS),
          place("Threads by stack", STACKS),
          place("Class loaders", LOADERS),
          place("Duplicate classes", DUPLICATES),
          place("GC roots", ROOTS),
          place("System properties", PROPERTIES),
          place("Outside the heap", OUTSIDE),
          place("Unreachable objects", UNREACHABLE),
          place("Unreachable objects as a forest", FOREST),
        ]
      : []),
    ...(loaded && selection.value !== null
      ? [action("Open the selected object", () => void openSelected())]
      : []),
    action("Open another dump", pickFile),
    action("Open the example", () => void openSample()),
    action("Switch theme", () => void cycleTheme()),
    ...(loaded ? [action("Show or hide the selection", togglePane)] : []),
    ...(loaded
      ? [
          action("What is odd in this dump", () => {
            odditiesOpen.value = true;
          }),
          action("Notes", openNotes),
          action("Save a report", () => {
            saveReportOpen.value = true;
          }),
        ]
      : []),
    action("Keys and terms", () => {
      helpOpen.value = true;
    }),
  ];
  const typed = text.trim().toLowerCase();
  return typed === "" ? all : all.filter((item) => matchesWords(item.text, typed));
}

/** Every typed word begins a word of the text: "op an" finds "Open another dump". */
export function matchesWords(text: string, typed: string): boolean {
  const words = text.toLowerCase().split(/\W+/);
  return typed.split(/\s+/).every((part) => words.some((word) => word.startsWith(part)));
}

/** A hit of the engine as something to choose. */
export function hitItem(hit: SearchHit): Item {
  return {
    kind: hit.kind,
    text: hit.text,
    detail: hit.detail,
    run: () => {
      if (hit.kind === "class" && hit.class !== null) {
        select({ class: hit.class, name: hit.text });
        navigate(classRoute(hit.text, hit.class));
      } else if (hit.object !== null) void openObject(hit.object);
    },
  };
}

async function openObject(object: number): Promise<void> {
  const answer = await engine().object(object);
  if (!answer.ok) return;
  select(answer.value.row);
  remember(answer.value.row);
  navigate(objectRoute(answer.value.row.address));
}
