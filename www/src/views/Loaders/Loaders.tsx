import { useMemo } from "preact/hooks";
import { BarCell } from "../../components/BarCell";
import { Count, Size } from "../../components/Figures";
import { ClassLink, ObjectLink } from "../../components/ObjectLink";
import { ErrorPanel } from "../../components/States";
import { Surveyed } from "../../components/Surveyed";
import { Switch } from "../../components/Switch";
import { type TreeColumn, TreeTable } from "../../components/TreeTable";
import type { TreeSource } from "../../components/TreeTableModel";
import type { Answer, Engine, LoaderEntry } from "../../engine/protocol";
import { exactBytes, formatBytes, visibleName } from "../../lib/format";
import { DUPLICATES, LOADERS, type Route } from "../../state/route";
import { engine, epoch, facts, select, useAnswer } from "../../state/session";
import { openClass, openObject } from "../ObjectView/objectColumns";
import { Duplicates } from "./Duplicates";
import "../Histogram/Histogram.css";

type LoadersRoute = Extract<Route, { view: "loaders" | "duplicates" }>;

/** Class loaders: who loaded what, and which classes there are more than once. */
export function Loaders({ route: place }: { route: LoadersRoute }) {
  const isTree = place.view === "loaders";
  return (
    <section class="view-table" aria-labelledby="loaders-title">
      <header class="view-head">
        <h1 id="loaders-title" tabIndex={-1}>
          Class loaders
        </h1>
        <Switch
          label="What of class loaders is shown"
          here={place.view}
          ways={[
            { to: LOADERS, label: "By parent", hint: "Loaders below their parents, with classes." },
            {
              to: DUPLICATES,
              label: "Duplicate classes",
              hint: "Classes of one name that several loaders defined.",
            },
          ]}
        />
        <p class="soft">
          {isTree
            ? "Every loader below its parent, with the classes that it defined and what these keep alive. A stopped application whose loader is still here leaks it."
            : "Classes of one name that several loaders defined: an application that was loaded again and again, or a library that several bring along."}
        </p>
      </header>
      <Surveyed topic="loaders">
        {() =>
          place.view === "loaders" ? (
            <Tree expanded={place.expanded} />
          ) : (
            <Duplicates place={place} />
          )
        }
      </Surveyed>
    </section>
  );
}

function Tree({ expanded }: { expanded: string | null }) {
  const target = useAnswer(
    (ask) => (expanded === null ? null : ask.loaderPath(expanded)),
    [expanded],
  );
  const usual = useAnswer((ask) => (expanded === null ? largestPath(ask) : null), [expanded]);
  const key = String(epoch.value);
  const source = useMemo<TreeSource<LoaderEntry> & { key: string }>(
    () => ({
      key,
      children: (parent, start, count) =>
        engine().loaderChildren(
          parent === null ? null : parent.line === "loader" ? parent.loader : 0,
          start,
          count,
        ),
      keyOf: (row) => (row.line === "loader" ? `l${row.loader}` : `c${row.class}`),
      expandable: (row) => row.line === "loader" && row.children + row.classes > 0,
    }),
    [key],
  );
  const asked = target.stale ? null : target.value;
  const path = expanded === null ? usual.value : asked;
  const reveal = path === null ? null : { key: expanded ?? "usual", path };
  return (
    <>
      {target.error !== null && <ErrorPanel error={target.error} />}
      <TreeTable
        label="Class loaders"
        columns={COLUMNS}
        source={source}
        noun={["line", "lines"]}
        reveal={reveal}
        onSelect={(row) => {
          if (row.line === "class") select(row);
          else if (row.row !== null) select(row.row);
        }}
        onOpen={(row) => {
          if (row.line === "class") openClass(row);
          else if (row.row !== null) openObject(row.row);
        }}
        memory="loaders"
        autoFocus
      />
    </>
  );
}

/** Loaders below each other that a short path opens. */
const OPENED = 4;

/** From the boot loader down, each time to the loader that holds most: closed, the tree says nothing. */
async function largestPath(ask: Engine): Promise<Answer<LoaderEntry[]>> {
  const path: LoaderEntry[] = [];
  for (let parent: number | null = null; path.length < OPENED; ) {
    const answer = await ask.loaderChildren(parent, 0, 1);
    if (!answer.ok) return answer;
    const [first] = answer.value.rows;
    if (first?.line !== "loader") break;
    path.push(first);
    parent = first.loader;
  }
  return { ok: true, value: path };
}

const OWN =
  "Of a loader: bytes that would be freed with the loader object, which are those of all that only it leads to, its classes included. A loader that a thread or a running application still uses retains little by itself.";
const ALL =
  "Of a loader: bytes that would be freed if the loader, the classes that it defined and all objects of these classes went; at least. Of a class: the same of the class alone. Sums of different lines overlap.";

const all = (row: LoaderEntry) => (row.line === "loader" ? row.allRetained : row.retained);

const COLUMNS: readonly TreeColumn<LoaderEntry>[] = [
  {
    key: "loader",
    title: "Class loader and classes",
    hint: "The loader by its class and what it is called: its name, the context path of a web application, or where it loads from. Below it: the loaders whose parent it is, then the classes that it defined.",
    width: 220,
    grow: 3,
    cell: (row) => {
      if (row.line === "class") return <ClassLink of={row} tabIndex={-1} />;
      if (row.row === null) {
        return (
          <span class="strong" title="Built into the JVM; it has no object.">
            {visibleName(row.name)}
          </span>
        );
      }
      return (
        <span class="strong clip" title={`${visibleName(row.name)}\n${row.row.address}`}>
          <ObjectLink row={{ ...row.row, name: row.name, value: null }} tabIndex={-1} />
        </span>
      );
    },
    text: (row) =>
      row.line === "loader" && row.row !== null
        ? `${visibleName(row.name)} @ ${row.row.address}`
        : visibleName(row.name),
  },
  {
    key: "classes",
    title: "Classes",
    hint: "Classes that the loader defined, array classes included.",
    numeric: true,
    width: 68,
    cell: (row) => (row.line === "loader" ? <Count of={row.classes} /> : null),
    text: (row) => (row.line === "loader" ? String(row.classes) : ""),
  },
  {
    key: "instances",
    title: "Objects",
    hint: "Reachable objects of the classes that the loader defined; of a class, its own.",
    numeric: true,
    width: 84,
    cell: (row) => <Count of={row.instances} />,
    text: (row) => String(row.instances),
  },
  {
    key: "shallow",
    title: "Shallow",
    hint: "Shallow size of these objects. Those of all loaders add up to the used heap.",
    numeric: true,
    width: 84,
    hideBelow: 560,
    cell: (row) => <Size bytes={row.shallow} />,
    text: (row) => String(row.shallow),
  },
  {
    key: "retained",
    title: "Alone",
    hint: OWN,
    numeric: true,
    width: 92,
    hideBelow: 640,
    cell: (row) =>
      row.line === "loader" && row.row !== null ? (
        <Size bytes={row.retained} />
      ) : row.line === "loader" ? (
        <span class="muted" title="The boot loader has no object.">
          –
        </span>
      ) : null,
    text: (row) => (row.line === "loader" ? String(row.retained ?? "") : ""),
  },
  {
    key: "all",
    title: "With objects",
    hint: ALL,
    numeric: true,
    sorted: true,
    width: 120,
    grow: 0.5,
    cell: (row) => {
      const bytes = all(row);
      if (bytes === null) return <Size bytes={null} />;
      const heap = facts.value?.usedHeap ?? 0;
      return (
        <BarCell share={heap > 0 ? bytes / heap : 0}>
          <span title={`At least ${exactBytes(bytes)}`}>
            <span class="muted">≥ </span>
            {formatBytes(bytes)}
          </span>
        </BarCell>
      );
    },
    text: (row) => String(all(row) ?? ""),
  },
];
