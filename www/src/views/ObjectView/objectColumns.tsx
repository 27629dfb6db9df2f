import { BarCell } from "../../components/BarCell";
import type { RowSource } from "../../components/DataTable";
import type { Column } from "../../components/DataTableColumns";
import { Count, Size } from "../../components/Figures";
import { ObjectLink } from "../../components/ObjectLink";
import { RetainedSize } from "../../components/RetainedSize";
import type { ClassRef, ObjectRow, Window } from "../../engine/protocol";
import { visibleName, visibleText } from "../../lib/format";
import { definition } from "../../lib/glossary";
import { classRoute, navigate, objectRoute } from "../../state/route";
import { facts, remember, select } from "../../state/session";
import { Marks } from "./Marks";

/** Rows of any kind that may speak of an object. */
type ObjectOf<R> = (row: R) => ObjectRow | null;

/** The object with its value and badges. */
export function objectColumn<R>(
  of: ObjectOf<R>,
  title = "Object",
  danglingOf: (row: R) => string | null = () => null,
): Column<R, "object"> {
  return {
    key: "object",
    title,
    hint: "The object with its decoded value, if its class has one.",
    width: 130,
    grow: 3,
    cell: (row) => {
      const object = of(row);
      if (object !== null) return <NamedObject row={object} />;
      const address = danglingOf(row);
      if (address === null) return <span class="muted">null</span>;
      return (
        <>
          <code>{address}</code> <span class="badge hot">not in the dump</span>
        </>
      );
    },
    text: (row) => danglingOf(row) ?? objectText(of(row)),
  };
}

export function NamedObject({ row }: { row: ObjectRow }) {
  return (
    <span class="named-object">
      <ObjectLink row={row} tabIndex={-1} />
      <Marks row={row} />
    </span>
  );
}

/** An object in a copied line: name, value, address. */
export function objectText(row: ObjectRow | null): string {
  if (row === null) return "null";
  const value = row.value === null ? "" : ` ${visibleText(row.value)}`;
  return `${visibleName(row.name)}${value} @ ${row.address}`;
}

export function addressColumn<R>(of: ObjectOf<R>): Column<R, "address"> {
  return {
    key: "address",
    title: "Address",
    hint: definition("address"),
    width: 118,
    hideBelow: 640,
    cell: (row) => <span class="mono muted">{of(row)?.address}</span>,
    text: (row) => of(row)?.address ?? "",
  };
}

export function shallowColumn<R>(of: ObjectOf<R>): Column<R, "shallow"> {
  return {
    key: "shallow",
    title: "Shallow",
    hint: definition("shallow"),
    numeric: true,
    width: 88,
    hideBelow: 520,
    cell: (row) => figure(of(row), (object) => <Size bytes={object.shallow} />),
    text: (row) => String(of(row)?.shallow ?? ""),
  };
}

/** Retained size over a bar that shows its share of `whole` (the used heap by default). */
export function retainedColumn<R>(of: ObjectOf<R>, whole?: number): Column<R, "retained"> {
  return {
    key: "retained",
    title: "Retained",
    hint: definition("retained"),
    numeric: true,
    width: 110,
    grow: 0.5,
    cell: (row) =>
      figure(of(row), (object) => {
        const of = whole ?? facts.value?.usedHeap ?? 0;
        return (
          <BarCell share={of > 0 ? (object.retained ?? 0) / of : 0}>
            <RetainedSize row={object} />
          </BarCell>
        );
      }),
    text: (row) => String(of(row)?.retained ?? ""),
  };
}

export function lengthColumn<R>(of: ObjectOf<R>): Column<R, "length"> {
  return {
    key: "length",
    title: "Length",
    hint: definition("length"),
    numeric: true,
    width: 84,
    cell: (row) =>
      figure(of(row), (object) => (object.length === null ? null : <Count of={object.length} />)),
    text: (row) => String(of(row)?.length ?? ""),
  };
}

function figure(row: ObjectRow | null, show: (row: ObjectRow) => preact.ComponentChildren) {
  return row === null ? null : show(row);
}

/** Opens an object's page. */
export function openObject(row: ObjectRow): void {
  select(row);
  remember(row);
  navigate(objectRoute(row.address));
}

/** Opens the page of a class. */
export function openClass(of: ClassRef): void {
  select(of);
  navigate(classRoute(of.name, of.class));
}

/** Rows that are all there, as the source of a table. */
export function listSource<R, K extends string>(
  key: string,
  rows: readonly R[],
): RowSource<R, K, Window<R>> {
  return {
    key,
    fetch: (_query, start, count) =>
      Promise.resolve({
        ok: true,
        value: {
          rows: rows.slice(start, start + count),
          start,
          matching: rows.length,
          total: rows.length,
        },
      }),
  };
}
