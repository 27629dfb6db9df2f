/** Trees of objects by who dominates them: what that of the heap and the forest of unreachable objects share. */
import type { ComponentChildren } from "preact";
import { BarCell } from "../../components/BarCell";
import { Count, Share, Size } from "../../components/Figures";
import { ObjectLink } from "../../components/ObjectLink";
import type { TreeColumn } from "../../components/TreeTable";
import type { Address, Answer, Engine, ObjectRow } from "../../engine/protocol";
import { formatShare, visibleName } from "../../lib/format";
import { definition, type Term } from "../../lib/glossary";

export interface TreeKind<R> {
  /** What lies below an object. */
  hint: string;
  /** What stands beside the name. */
  marks(row: R): ComponentChildren;
  retained: Term;
  share: { title: string; term: Term; width: number };
  /** Bytes of all objects of the tree. */
  whole(): number;
  /** Whether order and filters can be chosen; else the largest retained comes first. */
  chosen?: boolean;
}

export function treeColumns<R extends ObjectRow>(kind: TreeKind<R>): readonly TreeColumn<R>[] {
  const shareOf = (row: R) => (kind.whole() > 0 ? (row.retained ?? 0) / kind.whole() : 0);
  const chosen = (filter: string) => (kind.chosen === true ? { sortable: true, filter } : {});
  return [
    {
      key: "object",
      title: "Object",
      ...chosen("text or /regex/"),
      hint: `The object with its decoded value. Below it: ${kind.hint}`,
      width: 240,
      grow: 3,
      cell: (row) => (
        <>
          <ObjectLink row={row} tabIndex={-1} />
          {kind.marks(row)}
        </>
      ),
      text: (row) => `${visibleName(row.name)} @ ${row.address}`,
    },
    {
      key: "shallow",
      title: "Shallow",
      hint: definition("shallow"),
      numeric: true,
      ...chosen(">64"),
      width: 84,
      hideBelow: 560,
      cell: (row) => <Size bytes={row.shallow} />,
      text: (row) => String(row.shallow),
    },
    {
      key: "retained",
      title: "Retained",
      hint: definition(kind.retained),
      numeric: true,
      ...(kind.chosen === true ? {} : { sorted: true }),
      ...chosen(">1M or >1%"),
      width: 116,
      grow: 0.6,
      cell: (row) => (
        <BarCell share={shareOf(row)}>
          <Size bytes={row.retained} />
        </BarCell>
      ),
      text: (row) => String(row.retained ?? ""),
    },
    {
      key: "share",
      title: kind.share.title,
      hint: definition(kind.share.term),
      numeric: true,
      width: kind.share.width,
      cell: (row) => <Share part={row.retained} whole={kind.whole()} />,
      text: (row) => formatShare(shareOf(row)),
    },
    {
      key: "dominated",
      title: "Dominates",
      hint: definition("dominated"),
      numeric: true,
      ...chosen(">10"),
      width: 84,
      hideBelow: 480,
      cell: (row) =>
        row.dominated === 0 ? <span class="muted">–</span> : <Count of={row.dominated} />,
      text: (row) => String(row.dominated ?? ""),
    },
  ];
}

export const keyOf = (row: ObjectRow) => String(row.object);
export const expandable = (row: ObjectRow) => (row.dominated ?? 0) > 0;

/** The dominators of the object at that address, outermost first, the object last. */
export async function pathTo(ask: Engine, address: Address): Promise<Answer<ObjectRow[]>> {
  const row = await ask.resolve(address);
  return row.ok ? ask.dominatorPath(row.value.object) : row;
}
