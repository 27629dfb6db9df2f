import { useMemo } from "preact/hooks";
import { BarCell } from "../../components/BarCell";
import { Count, Size } from "../../components/Figures";
import { ClassLink, ObjectLink } from "../../components/ObjectLink";
import { type TreeColumn, TreeTable } from "../../components/TreeTable";
import type { TreeSource } from "../../components/TreeTableModel";
import type { RootEntry } from "../../engine/protocol";
import { visibleName } from "../../lib/format";
import { definition } from "../../lib/glossary";
import { engine, epoch, facts, ready, select } from "../../state/session";
import { Marks } from "../ObjectView/Marks";
import { openClass, openObject } from "../ObjectView/objectColumns";
import "../Histogram/Histogram.css";

/** GC roots: kinds, the classes of their objects, the objects. */
export function Roots() {
  const key = String(epoch.value);
  const source = useMemo<TreeSource<RootEntry> & { key: string }>(
    () => ({
      key,
      children: (parent, start, count) => {
        if (parent === null || parent.line === "object")
          return engine().rootGroups(null, start, count);
        const { root, class: of } = parent;
        return of === null
          ? engine().rootGroups(root, start, count)
          : engine().rootObjects(root, of.class, start, count);
      },
      keyOf: (row) =>
        row.line === "object" ? `o${row.object}` : `${row.root} ${row.class?.class ?? ""}`,
      expandable: (row) => row.line === "group",
    }),
    [key],
  );
  return (
    <section class="view-table" aria-labelledby="roots-title">
      <header class="view-head">
        <h1 id="roots-title" tabIndex={-1}>
          GC roots
        </h1>
        <p class="soft" title={definition("gcRoot")}>
          What the JVM keeps alive by itself, and all else only through it. Local variables of known
          threads are below their threads.
        </p>
      </header>
      {ready.value && (
        <TreeTable
          label="GC roots"
          columns={COLUMNS}
          source={source}
          noun={["line", "lines"]}
          onSelect={(row) => {
            if (row.line === "object") select(row);
            else if (row.class !== null) select(row.class);
          }}
          onOpen={(row) => {
            if (row.line === "object") openObject(row);
            else if (row.class !== null) openClass(row.class);
          }}
          memory="roots"
          autoFocus
          empty={<p class="soft">This dump names no GC root: it was cut before them.</p>}
        />
      )}
    </section>
  );
}

const COLUMNS: readonly TreeColumn<RootEntry>[] = [
  {
    key: "root",
    title: "Kind, class, object",
    hint: "Why the JVM keeps the objects alive; below it their classes, and the objects.",
    width: 160,
    grow: 3,
    cell: (row) => {
      if (row.line === "object") {
        return (
          <>
            <ObjectLink row={row} tabIndex={-1} />
            <Marks row={row} />
          </>
        );
      }
      return row.class === null ? (
        <span class="strong">{row.root}</span>
      ) : (
        <ClassLink of={row.class} tabIndex={-1} />
      );
    },
    text: (row) =>
      row.line === "object"
        ? `${visibleName(row.name)} @ ${row.address}`
        : visibleName(row.class?.name ?? row.root),
  },
  {
    key: "roots",
    title: "Roots",
    hint: "Records of this kind in the dump: an object counts as often as it is listed.",
    numeric: true,
    width: 84,
    hideBelow: 384,
    cell: (row) => (row.line === "group" ? <Count of={row.roots} /> : null),
    text: (row) => (row.line === "group" ? String(row.roots) : ""),
  },
  {
    key: "objects",
    title: "Objects",
    hint: "Different objects among them.",
    numeric: true,
    width: 84,
    hideBelow: 460,
    cell: (row) => (row.line === "group" ? <Count of={row.objects} /> : null),
    text: (row) => (row.line === "group" ? String(row.objects) : ""),
  },
  {
    key: "shallow",
    title: "Shallow",
    hint: definition("shallow"),
    numeric: true,
    width: 92,
    hideBelow: 560,
    cell: (row) => <Size bytes={row.shallow} />,
    text: (row) => String(row.shallow),
  },
  {
    key: "retained",
    title: "Retained",
    hint: "Bytes that only these objects lead to. No root dominates another, so that they add up; what roots hold together is none's. An object that is a root of several kinds counts in each.",
    numeric: true,
    sorted: true,
    width: 116,
    grow: 0.6,
    cell: (row) => {
      const heap = facts.value?.usedHeap ?? 0;
      return (
        <BarCell share={heap > 0 ? (row.retained ?? 0) / heap : 0}>
          <Size bytes={row.retained} />
        </BarCell>
      );
    },
    text: (row) => String(row.retained ?? ""),
  },
];
