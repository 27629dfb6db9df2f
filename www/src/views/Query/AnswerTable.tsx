import { useEffect, useMemo } from "preact/hooks";
import { openAsk } from "../../components/Ask/Ask";
import { DataTable, type RowSource } from "../../components/DataTable";
import type { Column } from "../../components/DataTableColumns";
import { EmptyState } from "../../components/States";
import type { QueryFacts, QueryWindow, RowAnswer } from "../../engine/protocol";
import { rowSet } from "../../lib/request";
import { chooseRow, forgetRow, queryWindow } from "../../state/queries";
import { classRoute, navigate, type QueryRoute } from "../../state/route";
import { epoch, isObject, select } from "../../state/session";
import { openObject } from "../ObjectView/objectColumns";
import { answerCell, answerText, rowLabel, selectionOf, widths } from "./answerCells";
import { answerPlace, headOf, rowsWanted } from "./answerPlace";

export interface AnswerProps {
  title: string;
  route: QueryRoute;
  facts: QueryFacts;
}

/** The rows of an answer as a table; order and filters are in the address. */
export function AnswerTable({ title, route: place, facts }: AnswerProps) {
  const { request } = place;
  const key = `${epoch.value} ${request}`;
  useEffect(() => forgetRow, [request]);
  const columns = useMemo(() => tableColumns(facts), [facts]);
  const source = useMemo<RowSource<RowAnswer, string, QueryWindow>>(
    () => ({
      key,
      fetch: ({ sort, filter }, start, count) =>
        queryWindow({ request, parent: null, ...rowsWanted(facts, sort, filter), start, count }),
    }),
    [key],
  );
  return (
    <DataTable
      label={title}
      columns={columns}
      source={source}
      {...answerPlace(place, facts)}
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

/** Makes what the row is about the selected thing, and what the row stands for what can be asked about. */
export function selectRow(row: RowAnswer, request: string): void {
  select(selectionOf(row));
  chooseRow(row.isSet ? { set: rowSet(request, row.row), label: rowLabel(row) } : null);
}

/** Goes to what a row is about; a row that stands for many objects asks what to ask about them. */
export function openRow(row: RowAnswer, request: string): void {
  selectRow(row, request);
  const of = selectionOf(row);
  if (of !== null && isObject(of)) openObject(of);
  else if (row.isSet) openAsk();
  else if (of !== null) navigate(classRoute(of.name, of.class));
}

function tableColumns(facts: QueryFacts): readonly Column<RowAnswer, string, QueryWindow>[] {
  return facts.columns.map((column, i) => ({
    ...headOf(column, i),
    ...widths(column, i),
    cell: (row, window) => answerCell(column, row.cells[i], window.largest[i] ?? null),
    text: (row) => answerText(row.cells[i]),
  }));
}
