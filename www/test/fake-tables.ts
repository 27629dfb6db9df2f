/** What the double says about the heap as a whole: histogram and icicle. */

import type {
  HistogramQuery,
  HistogramRow,
  HistogramWindow,
  IcicleCell,
} from "../src/engine/protocol";
import { page } from "./fake-answers";
import { CLASS_NAMES, classRef } from "./fake-classes";
import {
  ARRAY,
  childrenOf,
  FIRST_SESSION,
  HOLDER,
  LIST,
  PILE,
  row,
  SESSIONS,
  SYNC_LIST,
  USED_HEAP,
} from "./fake-heap";

const TOP_CLASSES: [id: number, instances: number, shallow: number, retained: number][] = [
  [0, SESSIONS, 119_520, PILE + 144_632],
  [1, SESSIONS, 756_960, PILE],
  [2, 151_302, 224_395_264, 224_395_264],
  [3, 10_612, 83_676_364, 83_676_364],
  [4, 16_904, 1_081_856, 9_542_041],
  [16, 1, 96, 5_872_025],
  [9, 61_204, 1_468_896, 4_980_736],
  [12, 8_112, 1_946_880, 4_404_019],
  [13, SESSIONS, 557_760, 3_145_728],
  [10, 96, 36_096, 2_726_297],
  [6, 9_020, 216_480, 2_202_009],
  [17, 3_100, 1_677_721, 1_677_721],
];

/** All rows of the histogram: a few known classes and a long tail. */
export function histogramRows(retained: boolean): HistogramRow[] {
  const loader = "org.springframework.boot.loader.LaunchedURLClassLoader";
  const rows = TOP_CLASSES.map(([id, instances, shallow, held]) =>
    histogramRow(id, instances, shallow, retained ? held : null),
  );
  for (let id = CLASS_NAMES.length; id < 3_266; id++) {
    const instances = Math.floor(90_000 / id ** 1.1) + (id % 3);
    rows.push(
      histogramRow(
        id,
        instances,
        instances * (16 + (id % 9) * 8),
        retained ? instances * (40 + (id % 13) * 24) : null,
      ),
    );
  }
  return rows;

  function histogramRow(
    id: number,
    instances: number,
    shallow: number,
    held: number | null,
  ): HistogramRow {
    const { name } = classRef(id);
    return {
      class: id,
      name,
      loader: name.startsWith("java.") || name.endsWith("[]") ? "<system class loader>" : loader,
      instances,
      shallow,
      retained: held,
      unreachable: id % 5 === 0 ? 7 : 0,
      unreachableShallow: id % 5 === 0 ? 280 : 0,
    };
  }
}

/** A cut of a heap in which nothing stands out. */
export function calmIcicle(): IcicleCell[] {
  const cells: IcicleCell[] = [
    {
      parent: -1,
      depth: 0,
      object: null,
      label: "reachable heap",
      className: "",
      class: null,
      retained: USED_HEAP,
      count: 691_239,
      suspect: false,
    },
  ];
  for (let i = 0; i < 60; i++) {
    const object = FIRST_SESSION + i;
    const retained = Math.floor(2_200_000 / (1 + i / 12));
    cells.push({
      parent: 0,
      depth: 1,
      object,
      label: row(object).name,
      className: row(object).class.name,
      class: row(object).class.class,
      retained,
      count: 1,
      suspect: false,
    });
  }
  cells.push({
    parent: 0,
    depth: 1,
    object: null,
    label: "80,102 more",
    className: "",
    class: null,
    retained: 200_000_000,
    count: 80_102,
    suspect: false,
  });
  return cells;
}

/** A cut of the dominator tree. */
export function icicleCells(root: number | null): IcicleCell[] {
  const cells: IcicleCell[] = [];
  const add = (
    parent: number,
    object: number | null,
    label: string,
    className: string,
    retained: number,
    count = 1,
    suspect = false,
  ) => {
    const depth = parent < 0 ? 0 : (cells[parent]?.depth ?? 0) + 1;
    const at = (CLASS_NAMES as readonly string[]).indexOf(className);
    const known = object !== null ? row(object).class.class : at < 0 ? null : at;
    return (
      cells.push({
        parent,
        depth,
        object,
        label,
        className,
        class: known,
        retained,
        count,
        suspect,
      }) - 1
    );
  };
  const of = (parent: number, object: number, label: string, suspect = false) => {
    const r = row(object);
    return add(parent, object, label, r.class.name, r.retained, 1, suspect);
  };
  const sessions = (parent: number) => {
    const all = add(parent, null, "4,980 × WsSession", CLASS_NAMES[1], PILE, SESSIONS);
    add(all, null, "44,820 × byte[]", "byte[]", PILE * 0.7, 44_820);
    add(all, null, "9,960 × char[]", "char[]", PILE * 0.26, 9_960);
  };
  if (root !== null) {
    const r = row(root);
    const at = add(-1, root, r.name, r.class.name, r.retained);
    if (root === ARRAY) sessions(at);
    else {
      const kids = childrenOf(root);
      for (let i = 0; i < Math.min(kids.length, 12); i++) of(at, kids.at(i), row(kids.at(i)).name);
    }
    return cells;
  }
  const heap = add(-1, null, "reachable heap", "", USED_HEAP, 691_239);
  const holder = of(heap, HOLDER, "class ExcelExportTaskWebSocket", true);
  const sync = of(holder, SYNC_LIST, "SESSIONS · Collections$SynchronizedRandomAccessList", true);
  const list = of(sync, LIST, "ArrayList", true);
  const array = of(list, ARRAY, "Object[6246]", true);
  sessions(array);
  const loader = of(heap, 4, "LaunchedURLClassLoader");
  add(loader, null, "3,120 classes", "java.lang.Class", 5_100_000, 3_120);
  of(heap, 5, 'Thread "http-nio-8080-exec-3"');
  of(heap, 7, "ConcurrentHashMap");
  add(heap, null, "4,102 more", "", 5_000_000, 4_102);
  return cells;
}

/** The rows of a histogram that a query leaves. */
export function histogramWindow(query: HistogramQuery, all: HistogramRow[]): HistogramWindow {
  const needle = (query.filter.name ?? "").toLowerCase();
  const rows = all.filter((r) => r.name.toLowerCase().includes(needle));
  const { key, descending } = query.sort;
  rows.sort((a, b) => compare(a[key], b[key]) * (descending ? -1 : 1));
  const sum = (pick: (r: HistogramRow) => number) => rows.reduce((n, r) => n + pick(r), 0);
  return {
    ...page(rows.length, (i) => rows[i] as HistogramRow, query.start, query.count),
    total: all.length,
    instances: sum((r) => r.instances),
    shallow: sum((r) => r.shallow),
    filterError: null,
    maxShallow: Math.max(0, ...rows.map((r) => r.shallow)),
    maxRetained: rows.some((r) => r.retained !== null)
      ? Math.max(0, ...rows.map((r) => r.retained ?? 0))
      : null,
  };
}

/** Text before text, figure before figure. */
export function compare(a: string | number | null, b: string | number | null): number {
  if (typeof a === "string" && typeof b === "string") return a < b ? -1 : a > b ? 1 : 0;
  return Number(a ?? -1) - Number(b ?? -1);
}
