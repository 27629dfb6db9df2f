/** What the double says about suspects. */
import type { Phrase, Suspect, SuspectReport, Verdict } from "../src/engine/protocol";
import { classRef } from "./fake-classes";
import {
  ARRAY,
  FIRST_SESSION,
  HOLDER,
  LIST,
  parentOf,
  row,
  SESSIONS,
  SYNC_LIST,
  USED_HEAP,
} from "./fake-heap";

const plain = (text: string): Phrase => ({ text, kind: "plain" });
const strong = (text: string): Phrase => ({ text, kind: "strong" });
const culprit = (text: string): Phrase => ({ text, kind: "culprit" });
const code = (text: string): Phrase => ({ text, kind: "code" });
const toClass = (text: string, id: number): Phrase => ({ text, kind: "class", class: id });

/** The session leak, and a smaller suspect after it. */
export function leakReport(): SuspectReport {
  return {
    suspects: [sessionLeak(), loaderSuspect()],
    remainder: USED_HEAP - row(HOLDER).retained - row(4).retained,
  };
}

/** A heap in which nothing stands out. */
export function calmReport(): SuspectReport {
  return { suspects: [], remainder: USED_HEAP };
}

/** The verdict on the session leak. */
export function leakVerdict(): Verdict {
  const { headline, story } = sessionLeak();
  return {
    finding: "suspected",
    confidence: "high",
    because: [plain("one suspect has 95.5 % and is the pattern of a known leak")],
    headline,
    story,
    path: null,
    subject: null,
    kind: "list",
    remedy: null,
    knownLeaks: [
      {
        id: "websocket-sessions-kept",
        title: "The application keeps WebSocket sessions that are over",
        certainty: "likely",
        suspect: 1,
        share: 0.955,
        evidence: [[strong("4,980"), plain(" WsSession piled up, 302 MiB.")]],
        versions: ["tomcat-embed-websocket-9.0.70.jar"],
        fixedIn: [],
        explanation: "A collection of the application holds sessions.",
        remedy: "Remove the session from each collection it was added to, in @OnClose.",
        sources: ["Jakarta WebSocket specification"],
      },
    ],
    failedThread: null,
  };
}

/** The verdict on a heap in which nothing stands out. */
export function calmVerdict(): Verdict {
  return {
    finding: "calm",
    confidence: "moderate",
    because: [plain("one dump does not show what grows")],
    headline: [
      plain("Nothing stands out: the largest object holds "),
      strong("2.1 MiB"),
      plain(", 0.7 % of a heap of 317 MiB."),
    ],
    story: [],
    path: null,
    subject: null,
    kind: null,
    remedy: null,
    knownLeaks: [],
    failedThread: null,
  };
}

function sessionLeak(): Suspect {
  const holder = row(HOLDER);
  return {
    rank: 1,
    kind: "class",
    object: holder,
    class: holder.class,
    members: 1,
    holder: "ExcelExportTaskWebSocket.SESSIONS",
    retained: holder.retained,
    shallow: holder.shallow,
    share: holder.retained / USED_HEAP,
    accumulation: row(ARRAY),
    pile: { class: classRef(1), count: SESSIONS, retained: SESSIONS * 63_624, average: 63_624 },
    headline: [
      plain("The static list "),
      culprit("ExcelExportTaskWebSocket.SESSIONS"),
      plain(" holds 302 MiB, "),
      culprit("95.3 %"),
      plain(" of the heap: 4,980 "),
      toClass("WsSession", 1),
      plain(" objects of 62.1 KiB each."),
    ],
    story: [
      [
        strong("4,980 of 4,980"),
        plain(" "),
        toClass("WsSession", 1),
        plain(
          " objects are kept alive by this list alone. It is reached through the static field ",
        ),
        code("SESSIONS"),
        plain(" of a class that is never unloaded."),
      ],
      [plain("Nothing else in the heap holds more than "), strong("1.8 %"), plain(".")],
    ],
    path: {
      steps: [HOLDER, SYNC_LIST, LIST, ARRAY].map((id) => ({
        via: parentOf(id)?.via ?? null,
        row: row(id),
      })),
      root: "System class",
      weakOnly: false,
      omitted: 0,
      folds: [],
    },
    keywords: [
      "com.ksh.export.ExcelExportTaskWebSocket",
      "org.apache.tomcat.websocket.WsSession",
      "java.lang.Object[]",
    ],
    biggest: Array.from({ length: 5 }, (_, i) => row(FIRST_SESSION + i)),
  };
}

function loaderSuspect(): Suspect {
  const loader = row(4);
  return {
    rank: 2,
    kind: "classLoader",
    object: loader,
    class: loader.class,
    members: 1,
    holder: "LaunchedURLClassLoader",
    retained: loader.retained,
    shallow: loader.shallow,
    share: loader.retained / USED_HEAP,
    accumulation: null,
    pile: null,
    headline: [
      plain("The class loader "),
      culprit("LaunchedURLClassLoader"),
      plain(" holds 5.60 MiB, "),
      culprit("1.8 %"),
      plain(" of the heap, in 3,120 classes."),
    ],
    story: [],
    path: {
      steps: [{ via: null, row: loader }],
      root: "Thread",
      weakOnly: false,
      omitted: 0,
      folds: [],
    },
    keywords: [loader.name],
    biggest: [],
  };
}
