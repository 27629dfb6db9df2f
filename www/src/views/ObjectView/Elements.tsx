import { useMemo, useState } from "preact/hooks";
import { DataTable, type RowSource } from "../../components/DataTable";
import type { Column } from "../../components/DataTableColumns";
import type { ObjectRow, Window } from "../../engine/protocol";
import { formatCount } from "../../lib/format";
import { engine, select } from "../../state/session";
import { HexTable } from "./Bytes";
import {
  elementType,
  type ObjectElement,
  objectElements,
  plainValues,
  type ValueLine,
  valueLines,
  valuesPerLine,
} from "./elementRows";
import { objectColumn, openObject, retainedColumn, shallowColumn } from "./objectColumns";

/** The elements of an array. */
export function Elements({ row, dump }: { row: ObjectRow; dump: string }) {
  return row.kind === "objectArray" ? (
    <ObjectElements row={row} dump={dump} />
  ) : (
    <Values row={row} dump={dump} />
  );
}

function ObjectElements({ row, dump }: { row: ObjectRow; dump: string }) {
  const key = `${dump}:${row.object}`;
  const source = useMemo<RowSource<ObjectElement, string, Window<ObjectElement>>>(
    () => ({
      key,
      fetch: async (_query, start, count) => {
        const answer = await engine().elements(row.object, start, count);
        if (!answer.ok) return answer;
        const { total } = answer.value;
        return {
          ok: true,
          value: { rows: objectElements(answer.value), start, matching: total, total },
        };
      },
    }),
    [key],
  );
  return (
    <DataTable
      label="Elements"
      columns={OBJECT_COLUMNS}
      source={source}
      noun={["element", "elements"]}
      maxRows={16}
      memory={`elements:${key}`}
      onSelect={({ object }) => object !== null && select(object)}
      onOpen={({ object }) => object !== null && openObject(object)}
    />
  );
}

function Values({ row, dump }: { row: ObjectRow; dump: string }) {
  const type = elementType(row.class.name);
  const [hex, setHex] = useState(type === "byte");
  return (
    <>
      <div class="toggle" role="group" aria-label="How elements are shown">
        <button type="button" aria-pressed={hex} onClick={() => setHex(true)}>
          Hex and text
        </button>
        <button type="button" aria-pressed={!hex} onClick={() => setHex(false)}>
          {type === "char" ? "Characters" : type === "boolean" ? "Values" : "Numbers"}
        </button>
      </div>
      {hex ? (
        <HexTable row={row} dump={dump} type={type} />
      ) : (
        <PlainValues row={row} dump={dump} type={type} />
      )}
    </>
  );
}

function PlainValues({ row, dump, type }: { row: ObjectRow; dump: string; type: string }) {
  const perLine = valuesPerLine(type);
  const key = `${dump}:${row.object}`;
  const source = useMemo<RowSource<ValueLine, string, Window<ValueLine>>>(
    () => ({
      key,
      fetch: async (_query, start, count) => {
        const answer = await engine().elements(row.object, start * perLine, count * perLine);
        if (!answer.ok) return answer;
        const lines = Math.ceil(answer.value.total / perLine);
        return {
          ok: true,
          value: { rows: valueLines(answer.value, perLine), start, matching: lines, total: lines },
        };
      },
    }),
    [key, perLine],
  );
  return (
    <DataTable
      label="Elements"
      columns={VALUE_COLUMNS}
      source={source}
      noun={["line", "lines"]}
      maxRows={16}
      memory={`elements:${key}`}
    />
  );
}

const indexColumn = <R extends { index: number }>(): Column<R, string> => ({
  key: "index",
  title: "Index",
  hint: "Position of the (first) element, from 0.",
  numeric: true,
  width: 84,
  cell: (row) => <span class="mono muted">{formatCount(row.index)}</span>,
  text: (row) => String(row.index),
});

const OBJECT_COLUMNS: Column<ObjectElement, string>[] = [
  indexColumn(),
  objectColumn(
    (element) => element.object,
    "Object",
    (element) => element.dangling,
  ),
  shallowColumn((element) => element.object),
  retainedColumn((element) => element.object),
];

const VALUE_COLUMNS: Column<ValueLine, string>[] = [
  indexColumn(),
  {
    key: "values",
    title: "Values",
    hint: "Elements in their order.",
    width: 300,
    grow: 1,
    cell: (line) => <code class="values">{plainValues(line.values)}</code>,
    text: (line) => line.values.join(" "),
  },
];
