/** Views whose rows can be put in groups. A grouped view is a question of the catalogue about all of the heap. */
import { normal, requestText } from "../lib/request";
import { DOMINATORS, HISTOGRAM, queryRoute, type Route } from "./places";

/** A way to group the rows of a view. */
export interface Grouping {
  title: string;
  to: Route;
}

const question = (name: string, by?: string): Route =>
  queryRoute(requestText({ name, of: null, arguments: by === undefined ? {} : { by } }));

const GROUPINGS = {
  histogram: [
    { title: "Class", to: HISTOGRAM },
    { title: "Package", to: question("histogram-tree") },
    { title: "Class loader", to: question("histogram-tree", "loader") },
    { title: "Superclass", to: question("histogram-tree", "superclass") },
  ],
  dominators: [
    { title: "Object", to: DOMINATORS },
    { title: "Class", to: question("dominator-groups") },
    { title: "Package", to: question("dominator-groups", "package") },
    { title: "Class loader", to: question("dominator-groups", "loader") },
  ],
} as const satisfies Partial<Record<Route["view"], readonly Grouping[]>>;

type Groupable = keyof typeof GROUPINGS;

const TITLES: Readonly<Record<Groupable, string>> = {
  histogram: "Class histogram",
  dominators: "Dominator tree",
};

export interface Groupings {
  /** What the view is called, grouped or not. */
  title: string;
  all: readonly Grouping[];
  /** Which of them is shown. */
  at: number;
}

/** How the rows of a place can be grouped, and how they are; null where they cannot. */
export function groupingsOf(place: Route): Groupings | null {
  const view = viewOf(place);
  if (view !== "histogram" && view !== "dominators") return null;
  const all: readonly Grouping[] = GROUPINGS[view];
  return {
    title: TITLES[view],
    all,
    at: Math.max(
      0,
      all.findIndex(({ to }) => isSame(to, place)),
    ),
  };
}

/** The view that a place is of: a question that groups the rows of a view is of that view. */
export function viewOf(place: Route): Route["view"] {
  const grouped = (Object.keys(GROUPINGS) as Groupable[]).find((view) =>
    GROUPINGS[view].some(({ to }) => isSame(to, place)),
  );
  return grouped ?? place.view;
}

/** Whether both show the same rows, whatever their order and filters. */
function isSame(one: Route, other: Route): boolean {
  if (one.view !== "query" || other.view !== "query") return one.view === other.view;
  return normal(one.request) === normal(other.request);
}
