import { useEffect, useMemo } from "preact/hooks";
import { EmptyState } from "../../components/States";
import { type TreeColumn, TreeTable } from "../../components/TreeTable";
import type { TreeSource } from "../../components/TreeTableModel";
import type { QueryFacts, RowAnswer } from "../../engine/protocol";
import { forgetRow, queryWindow } from "../../state/queries";
import { epoch } from "../../state/session";
import { type AnswerProps, openRow, selectRow } from "./AnswerTable";
import { answerCell, answerText, widths } from "./answerCells";

/** The rows of an answer as a tree. */
export function AnswerTree({ title, route: { request }, facts }: AnswerProps) {
  const key = `${epoch.value} ${request}`;
  useEffect(() => forgetRow, [request]);
  const columns = useMemo(() => treeColumns(facts), [facts]);
  const source = useMemo<TreeSource<RowAnswer> & { key: string }>(
    () => ({
      key,
      children: (parent, start, count) =>
        queryWindow({
          request,
          parent: parent?.row ?? null,
          sort: facts.sort,
          filters: [],
          start,
          count,
        }),
      keyOf: (row) => String(row.row),
      expandable: (row) => row.children !== 0,
    }),
    [key],
  );
  return (
    <TreeTable
      label={title}
      columns={columns}
      source={source}
      noun={["row", "rows"]}
      onSelect={(row) => selectRow(row, request)}
      onOpen={(row) => openRow(row, request)}
      memory={`query ${request}`}
      empty={
        <EmptyState title="Nothing of this kind">
          <p class="soft">The question was worked out completely; it has no rows in this dump.</p>
        </EmptyState>
      }
      autoFocus
    />
  );
}

function treeColumns(facts: QueryFacts): readonly TreeColumn<RowAnswer>[] {
  return facts.columns.map((column, i) => ({
    key: String(i),
    title: column.title,
    hint: column.hint,
    numeric: column.kind !== "thing",
    sorted: i === facts.sort.column,
    ...widths(column, i),
    cell: (row) => answerCell(column, row.cells[i], null),
    text: (row) => answerText(row.cells[i]),
  }));
}
