/** Cells of an answer: what they show, and what they say when copied. */
import type { ComponentChildren } from "preact";
import { BarCell } from "../../components/BarCell";
import { Count } from "../../components/Figures";
import { ClassLink } from "../../components/ObjectLink";
import type { Column as AnswerColumn, Cell, ColumnKind, RowAnswer } from "../../engine/protocol";
import {
  exactBytes,
  formatBytes,
  formatCount,
  formatShare,
  visibleName,
  visibleText,
} from "../../lib/format";
import { facts, isObject, type Selection } from "../../state/session";
import { NamedObject, objectText } from "../ObjectView/objectColumns";

/** What a column shows of a row. `largest` is the largest number among the rows, for a bar. */
export function answerCell(
  column: AnswerColumn,
  cell: Cell | undefined,
  largest: number | null,
): ComponentChildren {
  if (cell === undefined || cell.kind === "none") return <span class="muted">–</span>;
  switch (cell.kind) {
    case "object":
      return <NamedObject row={cell.value} />;
    case "class":
      return <ClassLink of={cell.value} tabIndex={-1} />;
    case "text":
      return (
        <span class="clip" title={visibleText(cell.value, 2000)}>
          {visibleText(cell.value, 200)}
        </span>
      );
    case "number":
      return <Figure column={column} of={cell.value} largest={largest} />;
  }
}

function Figure(props: { column: AnswerColumn; of: number; largest: number | null }) {
  const { column, of, largest } = props;
  const least = column.atLeast ? <span class="muted">≥ </span> : null;
  if (column.kind === "share") return <span class="num">{formatShare(of)}</span>;
  if (column.kind === "count")
    return (
      <>
        {least}
        <Count of={of} />
      </>
    );
  const text = (
    <span class="num" title={bytesTitle(of)}>
      {least}
      {formatBytes(of)}
    </span>
  );
  return largest === null ? text : <BarCell share={largest > 0 ? of / largest : 0}>{text}</BarCell>;
}

function bytesTitle(bytes: number): string {
  const heap = facts.value?.usedHeap ?? 0;
  return heap > 0
    ? `${exactBytes(bytes)}, ${formatShare(bytes / heap)} of the used heap`
    : exactBytes(bytes);
}

/** The same for a copied line: numbers as they are. */
export function answerText(cell: Cell | undefined): string {
  switch (cell?.kind) {
    case "object":
      return objectText(cell.value);
    case "class":
      return visibleName(cell.value.name);
    case "text":
      return visibleText(cell.value, Number.MAX_SAFE_INTEGER);
    case "number":
      return String(cell.value);
    default:
      return "";
  }
}

/** A sum under a column. */
export function totalText(kind: ColumnKind, total: number): ComponentChildren {
  return kind === "bytes" ? (
    <span title={exactBytes(total)}>{formatBytes(total)}</span>
  ) : (
    formatCount(total)
  );
}

/** The object or class that a row begins with. */
export function selectionOf(row: RowAnswer): Selection {
  const first = row.cells[0];
  return first?.kind === "object" || first?.kind === "class" ? first.value : null;
}

/** A row in words: "a group of …". */
export function rowLabel(row: RowAnswer): string {
  const of = selectionOf(row);
  if (of !== null && isObject(of)) return `${visibleName(of.name)} @ ${of.address}`;
  return visibleText(answerText(row.cells[0]), 80);
}

/** Room for a column: names take what is left. */
export function widths(column: AnswerColumn, index: number) {
  if (column.kind === "thing") return { width: index === 0 ? 160 : 120, grow: index === 0 ? 3 : 1 };
  const width = Math.max(column.kind === "bytes" ? 96 : 72, 24 + column.title.length * 7);
  return {
    width,
    grow: column.kind === "bytes" ? 0.4 : 0,
    ...(index > 2 ? { hideBelow: 520 } : {}),
  };
}
