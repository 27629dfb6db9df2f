import type { ComponentChildren } from "preact";
import type { EngineError, Window } from "../engine/protocol";
import { countOf } from "../lib/format";

/** A grey bar in place of a cell that is on its way; widths vary so that the table looks like a table. */
export function Skeleton({ seed }: { seed: number }) {
  return <i class="skeleton" style={{ width: `${35 + ((seed * 37) % 50)}%` }} aria-hidden="true" />;
}

/** Skeleton rows until the first answer is there. */
export function Waiting(props: WaitingProps) {
  return (
    <div class="dt-waiting" aria-hidden={props.note === undefined}>
      {props.note !== undefined && <p role="status">{props.note}</p>}
      {Array.from({ length: props.rows }, (_, row) => (
        <div
          class="dt-row"
          key={row}
          style={{ gridTemplateColumns: props.template }}
          aria-hidden="true"
        >
          {props.columns.map((column, i) => (
            <div class="dt-cell" key={column.key}>
              <Skeleton seed={row + i * 3} />
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}

interface WaitingProps {
  columns: readonly { key: string }[];
  template: string;
  rows: number;
  note: string | undefined;
}

interface EmptyProps {
  noun: string;
  filter: Partial<Record<string, string>>;
  onClear(): void;
  empty: ComponentChildren;
}

/** No rows: says which filter is to blame and how to lift it. */
export function Empty({ noun, filter, onClear, empty }: EmptyProps) {
  const texts = Object.values(filter).filter((text) => text !== undefined && text !== "");
  if (texts.length === 0)
    return <div class="dt-empty">{empty ?? `There are no ${noun} here.`}</div>;
  return (
    <div class="dt-empty">
      No {noun} match{" "}
      {texts.map((text) => (
        <code key={text}>{text}</code>
      ))}
      .{" "}
      <button type="button" class="link" onClick={onClear}>
        Clear the filter
      </button>
    </div>
  );
}

interface TotalsProps<W extends Window<unknown>> {
  columns: readonly { key: string; numeric?: boolean }[];
  template: string;
  window: W;
  totals: ((window: W) => Partial<Record<string, ComponentChildren>>) | undefined;
  noun: readonly [string, string];
  rowIndex: number;
  onCopy(): void;
  onExport(): void;
}

/** The row of sums: "26 of 10,342 classes". */
export function Totals<W extends Window<unknown>>(props: TotalsProps<W>) {
  const { columns, template, window, totals, noun } = props;
  const { matching, total } = window;
  const count = countOf(matching, total, noun);
  const sums = totals?.(window) ?? {};
  // The count has the room of all columns without a sum that follow.
  const summed = columns.findIndex(({ key }, i) => i > 0 && sums[key] !== undefined);
  const room = summed < 0 ? columns.length : summed;
  return (
    <div role="rowgroup" class="dt-foot">
      <div
        role="row"
        class="dt-row"
        aria-rowindex={props.rowIndex}
        style={{ gridTemplateColumns: template }}
      >
        <div
          role="gridcell"
          class="dt-cell"
          aria-colindex={1}
          aria-colspan={room > 1 ? room : undefined}
          style={{ gridColumn: `span ${room}` }}
        >
          {count}
          <span class="dt-exports">
            <button
              type="button"
              class="link"
              title="Copy these rows as tab-separated text (Ctrl C)"
              onClick={props.onCopy}
            >
              Copy
            </button>
            <button
              type="button"
              class="link"
              title="Save these rows as a comma-separated file"
              onClick={props.onExport}
            >
              CSV
            </button>
          </span>
        </div>
        {columns.slice(room).map((column, i) => (
          <div
            role="gridcell"
            key={column.key}
            aria-colindex={room + i + 1}
            class={column.numeric === true ? "dt-cell dt-num" : "dt-cell"}
          >
            {sums[column.key]}
          </div>
        ))}
      </div>
    </div>
  );
}

/** The engine could not answer. */
export function Failed({ error, onRetry }: { error: EngineError; onRetry(): void }) {
  return (
    <div class="dt-failed" role="alert">
      <b>These rows could not be read.</b> {error.message}
      {error.advice !== null && ` ${error.advice}`}{" "}
      <button type="button" class="link" onClick={onRetry}>
        Try again
      </button>
    </div>
  );
}
