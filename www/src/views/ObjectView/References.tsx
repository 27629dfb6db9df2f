import { useMemo } from "preact/hooks";
import { DataTable, type RowSource } from "../../components/DataTable";
import type { Column } from "../../components/DataTableColumns";
import { viaLabel } from "../../components/pathText";
import type { ObjectIndex, ObjectRow, ReferenceRow, Window } from "../../engine/protocol";
import { formatCount, visibleText } from "../../lib/format";
import { engine, select } from "../../state/session";
import { objectColumn, openObject, retainedColumn, shallowColumn } from "./objectColumns";

export interface ReferencesProps {
  of: ObjectIndex;
  direction: "inbound" | "outbound";
  /** Name of the dump's state, so that another dump starts a new table. */
  dump: string;
}

/** Objects that refer to an object, or that it refers to, with the fields that do. */
export function References({ of, direction, dump }: ReferencesProps) {
  const key = `${dump}:${of}:${direction}`;
  const source = useMemo<RowSource<ReferenceRow, string, Window<ReferenceRow>>>(
    () => ({ key, fetch: (_query, start, count) => engine()[direction](of, start, count) }),
    [key],
  );
  const inbound = direction === "inbound";
  return (
    <DataTable
      label={inbound ? "Inbound references" : "Outbound references"}
      columns={inbound ? INBOUND : OUTBOUND}
      source={source}
      noun={["reference", "references"]}
      maxRows={14}
      memory={`references:${key}`}
      onSelect={({ row }) => select(row)}
      onOpen={({ row }) => openObject(row)}
      waiting={inbound ? "Looking through all references of the heap…" : undefined}
      empty={
        inbound
          ? "No object refers to this one: a GC root keeps it, or nothing does."
          : "It refers to no object."
      }
    />
  );
}

/** Objects that live only because of this one, largest first. */
export function Dominated({ of, dump }: { of: ObjectRow; dump: string }) {
  const key = `${dump}:${of.object}:dominated`;
  const source = useMemo<RowSource<ObjectRow, string, Window<ObjectRow>>>(
    () => ({ key, fetch: (_query, start, count) => engine().dominated(of.object, start, count) }),
    [key],
  );
  const columns: Column<ObjectRow, string>[] = [
    objectColumn((row) => row),
    shallowColumn((row) => row),
    {
      ...retainedColumn((row: ObjectRow) => row, of.retained ?? undefined),
      hint: "Retained size; the bar is its share of this object's.",
    },
  ];
  return (
    <DataTable
      label="Immediately dominated objects"
      columns={columns}
      source={source}
      sort={{ key: "retained", descending: true }}
      noun={["object", "objects"]}
      maxRows={14}
      memory={`dominated:${key}`}
      onSelect={select}
      onOpen={openObject}
    />
  );
}

const VIA_SHOWN = 3;

function viaColumn(title: string, hint: string): Column<ReferenceRow, string> {
  return {
    key: "via",
    title,
    hint,
    width: 100,
    grow: 1,
    cell: ({ via }) => (
      <code class="soft" title={via.map((name) => visibleText(name)).join(", ")}>
        {via.slice(0, VIA_SHOWN).map(viaLabel).join(", ")}
        {via.length > VIA_SHOWN && ` and ${formatCount(via.length - VIA_SHOWN)} more`}
      </code>
    ),
    text: ({ via }) => via.map(viaLabel).join(", "),
  };
}

const INBOUND: Column<ReferenceRow, string>[] = [
  objectColumn(({ row }) => row, "Object that refers here"),
  viaColumn(
    "By its field",
    "Field of that object, or element of that array, that holds the reference.",
  ),
  shallowColumn(({ row }) => row),
  retainedColumn(({ row }) => row),
];

const OUTBOUND: Column<ReferenceRow, string>[] = [
  viaColumn("Field", "Field of this object, or element of this array, that holds the reference."),
  objectColumn(({ row }) => row),
  shallowColumn(({ row }) => row),
  retainedColumn(({ row }) => row),
];
