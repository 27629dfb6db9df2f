import { useMemo, useState } from "preact/hooks";
import { DataTable, type RowSource } from "../../components/DataTable";
import type { Column } from "../../components/DataTableColumns";
import type {
  Content,
  ContentsKey,
  ContentsKind,
  ContentsRow,
  ContentsWindow,
  ObjectRow,
  SortKey,
  Trouble,
} from "../../engine/protocol";
import { formatCount, plural, visibleText } from "../../lib/format";
import { definition } from "../../lib/glossary";
import { engine, select } from "../../state/session";
import { NamedObject, objectText, openObject, retainedColumn } from "./objectColumns";

export interface ContentsProps {
  row: ObjectRow;
  kind: ContentsKind;
  dump: string;
}

/** What is in a collection: keys and values, or elements, without the tables and nodes that hold them. */
export function Contents({ row, kind, dump }: ContentsProps) {
  const key = `${dump}:${row.object}:contents`;
  const [sort, setSort] = useState<SortKey<ContentsKey>>({ key: "index", descending: false });
  const [last, setLast] = useState<ContentsWindow | null>(null);
  const source = useMemo<RowSource<ContentsRow, ContentsKey, ContentsWindow>>(
    () => ({
      key,
      fetch: async (query, start, count) => {
        const { key: by, descending } = query.sort ?? { key: "index" as const, descending: false };
        const answer = await engine().contents(row.object, { key: by, descending, start, count });
        if (answer.ok) setLast(answer.value);
        return answer;
      },
    }),
    [key],
  );
  const columns = useMemo(() => columnsOf(kind, row), [kind, row.object]);
  return (
    <>
      <DataTable
        label="Contents"
        columns={columns}
        source={source}
        sort={sort}
        onSort={setSort}
        noun={kind === "map" ? ["entry", "entries"] : ["element", "elements"]}
        maxRows={16}
        memory={`contents:${key}`}
        onSelect={(entry) => entry.value.object !== null && select(entry.value.object)}
        onOpen={(entry) => {
          const object = entry.value.object ?? entry.key?.object ?? null;
          if (object !== null) openObject(object);
        }}
        waiting="Going through the collection…"
        empty="It is empty."
      />
      {last !== null && <Notes of={last} />}
    </>
  );
}

const TROUBLES: Record<Trouble, string> = {
  loop: "A chain inside it leads back to itself: the collection is damaged, and what should follow is missing here.",
  tooDeep:
    "Its tree is deeper than a balanced tree can be: the collection is damaged, and what lies deeper is missing here.",
  missing:
    "Parts of it are not in the dump, or are not what they must be: entries may be missing here.",
  endless:
    "It leads to more entries than the heap has objects: the collection is damaged, and the list ends here.",
};

/** What a reader must know before trusting the rows. */
export function contentsNotes(of: ContentsWindow): string[] {
  const notes = of.troubles.map((trouble) => TROUBLES[trouble]);
  if (of.limited)
    notes.push(`Only the first ${plural(of.total, "entry is", "entries are")} listed.`);
  else if (of.counted && of.size !== null && of.size !== of.total) {
    notes.push(
      `It says that it has ${formatCount(of.size)}; ${formatCount(of.total)} were found. A collection that a thread was changing, or whose weak keys are gone, may differ.`,
    );
  }
  if (!of.sortable)
    notes.push("It has too many elements to be sorted: they are in their own order.");
  return notes;
}

function Notes({ of }: { of: ContentsWindow }) {
  const notes = contentsNotes(of);
  if (notes.length === 0) return null;
  return (
    <ul class="contents-notes soft">
      {notes.map((note) => (
        <li key={note}>{note}</li>
      ))}
    </ul>
  );
}

function contentColumn(
  key: string,
  title: string,
  hint: string,
  of: (row: ContentsRow) => Content | null,
): Column<ContentsRow, ContentsKey> {
  return {
    // Not sortable, so the key is no order of the engine's.
    key: key as ContentsKey,
    title,
    hint,
    width: 120,
    grow: 2,
    cell: (row) => <ContentCell of={of(row)} />,
    text: (row) => {
      const content = of(row);
      return content?.dangling ?? objectText(content?.object ?? null);
    },
  };
}

function ContentCell({ of }: { of: Content | null }) {
  if (of?.object != null) return <NamedObject row={of.object} />;
  if (of?.dangling != null) {
    return (
      <span title="The dump does not hold the object at this address.">
        <code>{visibleText(of.dangling)}</code> <span class="badge hot">not in the dump</span>
      </span>
    );
  }
  return <span class="muted">null</span>;
}

function columnsOf(kind: ContentsKind, row: ObjectRow): Column<ContentsRow, ContentsKey>[] {
  const whole = row.retained ?? undefined;
  const index: Column<ContentsRow, ContentsKey> = {
    key: "index",
    title: kind === "list" ? "Index" : "#",
    hint:
      kind === "list"
        ? "Position in the list, from 0."
        : "Position in the order in which the collection keeps it, from 0.",
    numeric: true,
    sortable: true,
    width: 76,
    cell: (entry) => <span class="mono muted">{formatCount(entry.index)}</span>,
    text: (entry) => String(entry.index),
  };
  const retained = (
    key: ContentsKey,
    title: string,
    of: (entry: ContentsRow) => ObjectRow | null,
  ): Column<ContentsRow, ContentsKey> => ({
    ...retainedColumn(of, whole),
    key,
    title,
    sortable: true,
    hint: `${definition("retained")} The bar is its share of the collection's.`,
  });
  const value = (entry: ContentsRow) => entry.value;
  if (kind !== "map") {
    return [
      index,
      contentColumn("element", "Element", "What was put into the collection.", value),
      retained("retained", "Retained", (entry) => entry.value.object),
    ];
  }
  return [
    index,
    contentColumn("key", "Key", "The key of the entry.", (entry) => entry.key),
    {
      ...retained("keyRetained", "Key retains", (entry) => entry.key?.object ?? null),
      hideBelow: 720,
    },
    contentColumn("value", "Value", "The value of the entry.", value),
    retained("retained", "Value retains", (entry) => entry.value.object),
  ];
}
