/** A table of classes: what the histograms of the heap and of unreachable objects have in common. */
import { BarCell, Computing } from "../../components/BarCell";
import type { Column } from "../../components/DataTableColumns";
import { Count, Size, Unknown } from "../../components/Figures";
import { ClassLink } from "../../components/ObjectLink";
import { PlacedTable, type PlacedTableProps } from "../../components/PlacedTable";
import type { HistogramKey, HistogramRow, HistogramWindow, SortKey } from "../../engine/protocol";
import { exactBytes, formatBytes, simpleName, visibleName } from "../../lib/format";
import { definition } from "../../lib/glossary";
import type { Route } from "../../state/route";
import { lacks, select } from "../../state/session";
import { openClass } from "../ObjectView/objectColumns";

export type ClassColumn = Column<HistogramRow, HistogramKey, HistogramWindow>;
/** Bytes as a part of all bytes of the table, to go behind their number; empty where there are none. */
export type ShareText = (bytes: number) => string;

type ClassesRoute = Extract<Route, { view: "histogram" | "unreachable" }>;

const classRef = (row: HistogramRow) => ({ class: row.class, name: row.name });

export interface ClassTableProps {
  label: string;
  place: ClassesRoute;
  ask: PlacedTableProps<HistogramRow, HistogramKey, HistogramWindow>["ask"];
  columns: readonly ClassColumn[];
  /** The order in force, where that of the place cannot be. */
  sort: SortKey<HistogramKey>;
  shareText: ShareText;
}

/** The table; its filter and order are in the address. */
export function ClassTable(props: ClassTableProps) {
  const { place, shareText } = props;
  return (
    <PlacedTable
      label={props.label}
      place={place}
      ask={props.ask}
      columns={props.columns}
      sort={props.sort}
      noun={["class", "classes"]}
      totals={(window) => ({
        instances: <Count of={window.instances} />,
        shallow: (
          <span title={`${exactBytes(window.shallow)}${shareText(window.shallow)}`}>
            {formatBytes(window.shallow)}
          </span>
        ),
      })}
      onSelect={(row) => select(classRef(row))}
      onOpen={(row) => openClass(classRef(row))}
      memory={place.view}
      autoFocus
    />
  );
}

export const NAME: ClassColumn = {
  key: "name",
  title: "Class",
  hint: "Java class, array types included. Packages are cut from the left when room is short.",
  sortable: true,
  filter: "name or /regex/",
  width: 114,
  grow: 3,
  cell: (row) => <ClassLink of={classRef(row)} tabIndex={-1} />,
  text: (row) => visibleName(row.name),
};

export const INSTANCES: ClassColumn = {
  key: "instances",
  title: "Objects",
  hint: definition("instances"),
  numeric: true,
  sortable: true,
  filter: ">1000",
  width: 104,
  grow: 0.25,
  hideBelow: 364,
  cell: (row) => <Count of={row.instances} />,
  text: (row) => String(row.instances),
};

export const SHALLOW: ClassColumn = {
  key: "shallow",
  title: "Shallow",
  hint: definition("shallow"),
  numeric: true,
  sortable: true,
  filter: ">1M",
  width: 104,
  grow: 0.5,
  cell: (row, window) => (
    <BarCell share={window.maxShallow > 0 ? row.shallow / window.maxShallow : 0}>
      <Size bytes={row.shallow} />
    </BarCell>
  ),
  text: (row) => String(row.shallow),
};

/** Minimum retained sizes. */
export function retainedColumn(hint: string, shareText: ShareText): ClassColumn {
  return {
    key: "retained",
    title: "Retained",
    hint,
    numeric: true,
    sortable: true,
    filter: ">5%",
    width: 122,
    grow: 0.5,
    cell: ({ retained }, { maxRetained }) => {
      if (retained === null)
        return lacks("classRetained") ? <Unknown /> : <Computing what="Retained size" />;
      return (
        <BarCell share={maxRetained ? retained / maxRetained : 0}>
          <span title={`At least ${exactBytes(retained)}${shareText(retained)}`}>
            <span class="muted">≥ </span>
            {formatBytes(retained)}
          </span>
        </BarCell>
      );
    },
    text: (row) => String(row.retained ?? ""),
  };
}

/** The loader's class without its package; "<system class loader>" without its brackets. */
function loaderName(loader: string): string {
  return loader.startsWith("<") && loader.endsWith(">") ? loader.slice(1, -1) : simpleName(loader);
}

export const LOADER: ClassColumn = {
  key: "loader",
  title: "Class loader",
  hint: definition("classLoader"),
  sortable: true,
  filter: "loader",
  width: 110,
  grow: 1,
  hideBelow: 620,
  cell: (row) => (
    <span class="soft" title={visibleName(row.loader)}>
      {loaderName(visibleName(row.loader))}
    </span>
  ),
  text: (row) => visibleName(row.loader),
};
