import { useMemo, useState } from "preact/hooks";
import { DataTable, type RowSource } from "../../components/DataTable";
import type { Column } from "../../components/DataTableColumns";
import { Count, Size } from "../../components/Figures";
import { ClassLink } from "../../components/ObjectLink";
import { PlacedTable } from "../../components/PlacedTable";
import { RouteLink } from "../../components/RouteLink";
import type {
  ClassRef,
  DuplicateKey,
  DuplicateRow,
  DuplicateWindow,
  TableQuery,
  Window,
} from "../../engine/protocol";
import { plural, simpleName, visibleName } from "../../lib/format";
import type { Route } from "../../state/route";
import { engine, epoch, select } from "../../state/session";
import { openClass } from "../ObjectView/objectColumns";

type DuplicatesRoute = Extract<Route, { view: "duplicates" }>;

const askNames = (query: TableQuery<DuplicateKey>) => engine().duplicateClasses(query);

/** Names that several loaders gave a class, and the classes of the one that is chosen. */
export function Duplicates({ place }: { place: DuplicatesRoute }) {
  const [chosen, choose] = useState<ClassRef | null>(null);
  return (
    <>
      <PlacedTable
        label="Duplicate classes"
        place={place}
        ask={askNames}
        columns={NAMES}
        noun={["name", "names"]}
        totals={(window) => ({
          classes: <Count of={window.classes} />,
          instances: <Count of={window.instances} />,
          shallow: <Size bytes={window.shallow} />,
        })}
        onSelect={(row) => choose(row.class)}
        onOpen={(row) => choose(row.class)}
        maxRows={chosen === null ? 40 : 8}
        memory="duplicates"
        autoFocus
        empty={<p class="soft">No two loaders defined a class of the same name.</p>}
      />
      {chosen !== null && <OfName of={chosen} />}
    </>
  );
}

function OfName({ of }: { of: ClassRef }) {
  const key = `${epoch.value} ${of.class}`;
  const source = useMemo<RowSource<DuplicateRow, DuplicateKey, Window<DuplicateRow>>>(
    () => ({ key, fetch: (_, start, count) => engine().classesOfName(of.class, start, count) }),
    [key],
  );
  return (
    <>
      <h2 class="loaders-of">Loaders of {visibleName(simpleName(of.name))}</h2>
      <DataTable
        label="Classes of one name"
        columns={CLASSES}
        source={source}
        noun={["class", "classes"]}
        onSelect={(row) => select(row.class)}
        onOpen={(row) => openClass(row.class)}
      />
    </>
  );
}

const FIGURES: readonly Column<DuplicateRow, DuplicateKey, Window<DuplicateRow>>[] = [
  {
    key: "instances",
    title: "Objects",
    hint: "Reachable objects of these classes.",
    numeric: true,
    sortable: true,
    filter: ">0",
    width: 92,
    cell: (row) => <Count of={row.instances} />,
    text: (row) => String(row.instances),
  },
  {
    key: "shallow",
    title: "Shallow",
    hint: "Shallow size of these objects.",
    numeric: true,
    sortable: true,
    filter: ">1K",
    width: 92,
    hideBelow: 460,
    cell: (row) => <Size bytes={row.shallow} />,
    text: (row) => String(row.shallow),
  },
  {
    key: "retained",
    title: "Retained",
    hint: "Minimum retained size of each class with its objects; of a name the sum of those of its classes.",
    numeric: true,
    sortable: true,
    filter: ">1M",
    width: 104,
    cell: (row) => <Size bytes={row.retained} />,
    text: (row) => String(row.retained ?? ""),
  },
];

const NAMES: readonly Column<DuplicateRow, DuplicateKey, DuplicateWindow>[] = [
  {
    key: "name",
    title: "Class",
    hint: "The name that several classes have. Array classes follow those of their elements and are left out.",
    sortable: true,
    filter: "name or /regex/",
    width: 180,
    grow: 3,
    cell: (row) => (
      <span class="clip" title={plural(row.classes, "class", "classes")}>
        {visibleName(row.class.name)}
      </span>
    ),
    text: (row) => visibleName(row.class.name),
  },
  {
    key: "classes",
    title: "Loaders",
    hint: "Classes of this name: each was defined by a loader of its own.",
    numeric: true,
    sortable: true,
    filter: ">2",
    width: 80,
    cell: (row) => <Count of={row.classes} />,
    text: (row) => String(row.classes),
  },
  ...FIGURES,
];

const CLASSES: readonly Column<DuplicateRow, DuplicateKey, Window<DuplicateRow>>[] = [
  {
    key: "name",
    title: "Class loader",
    hint: "The loader that defined the class, in the tree of loaders.",
    width: 180,
    grow: 2,
    cell: ({ loader, address }) =>
      address === null ? (
        <span>{visibleName(loader ?? "")}</span>
      ) : (
        <RouteLink
          class="clip"
          to={{ view: "loaders", expanded: address }}
          tabIndex={-1}
          title={address}
        >
          {visibleName(loader ?? "")} <span class="muted num">{address}</span>
        </RouteLink>
      ),
    text: ({ loader, address }) => `${visibleName(loader ?? "")} ${address ?? ""}`,
  },
  {
    key: "classes",
    title: "Class",
    hint: "The class that this loader defined.",
    width: 120,
    grow: 1,
    hideBelow: 520,
    cell: (row) => <ClassLink of={row.class} tabIndex={-1} />,
    text: (row) => visibleName(row.class.name),
  },
  ...FIGURES.map(({ filter: _, sortable: __, ...column }) => column),
];
