import { useEffect, useMemo } from "preact/hooks";
import { EmptyState } from "../../components/States";
import { type TreeColumn, TreeTable } from "../../components/TreeTable";
import type { TreeSource } from "../../components/TreeTableModel";
import type { QueryFacts, QueryWindow, RowAnswer } from "../../engine/protocol";
import { forgetRow, queryWindow } from "../../state/queries";
import { epoch } from "../../state/session";
import { type AnswerProps, openRow, selectRow } from "./AnswerTable";
import { answerCell, answerText, widths } from "./answerCells";
import { answerPlace, headOf, rowsWanted } from "./answerPlace";

/** The rows of an answer as a tree: every level in the order of the address, the first one filtered, too. */
export function AnswerTree({ title, route: place, facts }: AnswerProps) {
  const { request } = place;
  const shown = answerPlace(place, facts);
  const wanted = rowsWanted(facts, shown.sort, shown.filter);
  const key = `${epoch.value} ${request} ${JSON.stringify(wanted)}`;
  useEffect(() => forgetRow, [request]);
  const columns = useMemo(() => treeColumns(facts), [facts]);
  const source = useMemo<TreeSource<RowAnswer, QueryWindow> & { key: string }>(
    () => ({
      key,
      children: (parent, start, count) =>
        queryWindow({ request, parent: parent?.row ?? null, ...wanted, start, count }),
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
      {...shown}
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
    ...headOf(column, i),
    ...widths(column, i),
    cell: (row) => answerCell(column, row.cells[i], null),
    text: (row) => answerText(row.cells[i]),
  }));
}
