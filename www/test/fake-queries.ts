/** Questions of the fake engine: one that needs a set, one that needs a text, with answers of a few rows. */
import type {
  EngineError,
  QueryFacts,
  QueryWindow,
  QueryWindowRequest,
  QuestionFacts,
  RowAnswer,
} from "../src/engine/protocol";
import { row, SESSIONS } from "./fake-heap";

export const QUESTIONS: QuestionFacts[] = [
  {
    name: "objects",
    title: "List objects",
    about: "The objects of a set, with their sizes.",
    group: "weight",
    of: "givenSet",
    parameters: [],
  },
  {
    name: "find-strings",
    title: "Find strings",
    about: "Texts that contain what is looked for.",
    group: "strings",
    of: "anySet",
    parameters: [
      { name: "text", title: "Text", hint: "What to find.", kind: "pattern", default: "" },
    ],
  },
  {
    name: "find-values",
    title: "Find objects by a field",
    about: "Objects whose field holds what is looked for.",
    group: "weight",
    of: "anySet",
    parameters: [
      {
        name: "field",
        title: "Field",
        hint: "Its name.",
        kind: "optionalPattern",
        default: "",
      },
      { name: "value", title: "Value", hint: "What it holds.", kind: "pattern", default: "" },
    ],
  },
];

const UNKNOWN: EngineError = {
  kind: "notFound",
  message: "There is no such question",
  offset: null,
  advice: null,
};

/** What a question comes to; an error for one that is not there. */
export function answerOf(request: string): QueryFacts | EngineError {
  const question = QUESTIONS.find(({ name }) => name === request.split("?")[0]);
  if (question === undefined) return UNKNOWN;
  return {
    of: "a set",
    objects: ROWS.length,
    columns: [
      { title: "Object", hint: "The object.", kind: "thing", total: false, atLeast: false },
      { title: "Retained", hint: "Its size.", kind: "bytes", total: true, atLeast: false },
    ],
    tree: false,
    rows: ROWS.length,
    sort: { column: 1, descending: true },
    notes: [],
  };
}

const ROWS: RowAnswer[] = [0, 1, 2].map((i) => {
  const object = row(SESSIONS + i);
  return {
    row: i,
    cells: [
      { kind: "object", value: object },
      { kind: "number", value: object.retained ?? 0 },
    ],
    children: 0,
    isSet: true,
  };
});

export function windowOf({ start, count }: QueryWindowRequest): QueryWindow {
  const sizes = ROWS.map(({ cells: [, size] }) => (size?.kind === "number" ? size.value : 0));
  return {
    rows: ROWS.slice(start, start + count),
    start,
    matching: ROWS.length,
    total: ROWS.length,
    totals: [null, sizes.reduce((a, b) => a + b, 0)],
    largest: [null, Math.max(...sizes)],
    unclear: null,
  };
}
