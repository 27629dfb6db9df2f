import { useMemo, useState } from "preact/hooks";
import { DataTable, type RowSource } from "../../components/DataTable";
import type { Column } from "../../components/DataTableColumns";
import { RouteLink } from "../../components/RouteLink";
import { ErrorPanel } from "../../components/States";
import type { Answer, Setting, Window } from "../../engine/protocol";
import { visibleText } from "../../lib/format";
import { objectRoute } from "../../state/route";
import { engine, ready, select, useAnswer } from "../../state/session";
import "../Histogram/Histogram.css";

type Key = "source" | "name" | "value";
type Row = Setting & { index: number };

/** System properties and environment variables of the process. */
export function Properties() {
  const isReady = ready.value;
  const answer = useAnswer((ask) => (isReady ? ask.settings() : null), [isReady]);
  const [filter, setFilter] = useState<Partial<Record<Key, string>>>({});
  const all = answer.value;
  const source = useMemo<RowSource<Row, Key, Window<Row>>>(
    () => ({
      key: String(all?.length ?? -1),
      fetch: (query, start, count) =>
        Promise.resolve(windowOf(all ?? [], query.filter, start, count)),
    }),
    [all],
  );
  return (
    <section class="view-table" aria-labelledby="properties-title">
      <header class="view-head">
        <h1 id="properties-title" tabIndex={-1}>
          System properties
        </h1>
        <p class="soft">
          Settings of the process as the heap holds them. They may hold passwords: think before you
          share them. Environment variables are there only when the program asked for them.
        </p>
      </header>
      {answer.error !== null && <ErrorPanel error={answer.error} />}
      {all !== null && (
        <DataTable
          label="System properties"
          columns={COLUMNS}
          source={source}
          filter={filter}
          onFilter={setFilter}
          noun={["setting", "settings"]}
          onSelect={selectValue}
          memory="properties"
          autoFocus
          empty={<p class="soft">This dump holds no system properties where the JVM keeps them.</p>}
        />
      )}
    </section>
  );
}

async function selectValue(row: Row): Promise<void> {
  if (row.object === null) return;
  const answer = await engine().object(row.object);
  if (answer.ok) select(answer.value.row);
}

/** Some dozen rows, all of them here: filtered on the page. */
function windowOf(
  all: readonly Setting[],
  filter: Partial<Record<Key, string>>,
  start: number,
  count: number,
): Answer<Window<Row>> {
  const has = (text: string, part: string | undefined) =>
    part === undefined || text.toLowerCase().includes(part.trim().toLowerCase());
  const rows = all
    .map((row, index) => ({ ...row, index }))
    .filter(
      (row) =>
        has(row.name, filter.name) &&
        has(row.value ?? "", filter.value) &&
        has(SOURCES[row.source], filter.source),
    );
  const window = rows.slice(start, start + count);
  return {
    ok: true,
    value: { rows: window, start, matching: rows.length, total: all.length },
  };
}

const SOURCES = { system: "system", environment: "environment" } as const;

const COLUMNS: readonly Column<Row, Key>[] = [
  {
    key: "name",
    title: "Name",
    hint: "Name of the setting.",
    filter: "name",
    width: 180,
    grow: 1,
    cell: (row) => <span title={visibleText(row.name)}>{visibleText(row.name)}</span>,
    text: (row) => row.name,
  },
  {
    key: "value",
    title: "Value",
    hint: "Its value; a link to the text in the heap.",
    filter: "value",
    width: 200,
    grow: 3,
    cell: ({ value, address }) => {
      if (value === null || address === null)
        return (
          <span class="muted" title="No text">
            –
          </span>
        );
      return (
        <RouteLink
          class="clip"
          to={objectRoute(address)}
          tabIndex={-1}
          title={visibleText(value, 2_000)}
        >
          {visibleText(value, 400)}
        </RouteLink>
      );
    },
    text: (row) => row.value ?? "",
  },
  {
    key: "source",
    title: "From",
    hint: "System.getProperties() or System.getenv().",
    filter: "from",
    width: 116,
    hideBelow: 460,
    cell: (row) => <span class="soft">{SOURCES[row.source]}</span>,
    text: (row) => SOURCES[row.source],
  },
];
