/** What the double says of single classes and objects. */
import type {
  Answer,
  BytesPiece,
  ClassDetails,
  ContentsQuery,
  ContentsWindow,
  DominatedKey,
  DominatedWindow,
  ElementsWindow,
  FieldValue,
  ObjectDetails,
  ObjectRow,
  Path,
  ReferenceRow,
  TableQuery,
  TextPiece,
  TextPlace,
  Window,
} from "../src/engine/protocol";
import { fail, notFound, ok, page } from "./fake-answers";
import { classRef } from "./fake-classes";
import {
  ARRAY,
  chainOf,
  childrenOf,
  FIRST_GARBAGE,
  FIRST_SESSION,
  HOLDER,
  indexOf,
  LIST,
  parentOf,
  row,
  SESSIONS,
  SYNC_LIST,
} from "./fake-heap";
import { compare, histogramRows } from "./fake-tables";

export class FakeObjects {
  classDetails(id: number): Promise<Answer<ClassDetails>> {
    const histogram = histogramRows(true).find((r) => r.class === id);
    if (!histogram) return fail(notFound(`Class ${id}`));
    return ok({
      class: classRef(id),
      longNameBytes: null,
      object: row(HOLDER),
      superClass: classRef(11),
      loader: row(4),
      instanceSize: 152,
      histogram,
      hierarchy: [classRef(11)],
      statics: [field("static SESSIONS", SYNC_LIST, true)],
      declaredFields: [
        { name: "session", longName: null, type: "Object" },
        { name: "open", longName: null, type: "boolean" },
      ],
    });
  }

  instances(id: number, _sort: unknown, start: number, count: number) {
    return ok(
      page(
        id === 1 ? SESSIONS : 1,
        (i) => row(id === 1 ? FIRST_SESSION + i : HOLDER),
        start,
        count,
      ),
    );
  }

  dominated(parent: number | null, start: number, count: number) {
    const kids = childrenOf(parent);
    return ok(page(kids.length, (i) => row(kids.at(i)), start, count));
  }

  dominatedRows(
    parent: number | null,
    { sort, filter, start, count }: TableQuery<DominatedKey>,
  ): Promise<Answer<DominatedWindow>> {
    const kids = childrenOf(parent);
    const all = Array.from({ length: kids.length }, (_, i) => row(kids.at(i)));
    const name = parent === null ? (filter.object ?? "").toLowerCase() : "";
    const rows = all.filter((r) => `${r.name} @ ${r.address}`.toLowerCase().includes(name));
    const figure = (r: ObjectRow) => (sort.key === "object" ? r.name : r[sort.key]);
    rows.sort((a, b) => compare(figure(a), figure(b)) * (sort.descending ? -1 : 1));
    return ok({
      ...page(rows.length, (i) => rows[i] as ObjectRow, start, count),
      total: all.length,
      shallow: rows.reduce((sum, r) => sum + r.shallow, 0),
      retained: rows.reduce((sum, r) => sum + (r.retained ?? 0), 0),
      filterError: null,
    });
  }

  object(id: number): Promise<Answer<ObjectDetails>> {
    const r = row(id);
    const isArray = r.kind === "objectArray" || r.kind === "primitiveArray";
    const kids = childrenOf(id);
    const fields = isArray
      ? []
      : Array.from({ length: Math.min(kids.length, 4) }, (_, i) =>
          field(`field${i}`, kids.at(i), false),
        );
    if (id >= FIRST_SESSION && id < FIRST_SESSION + SESSIONS) {
      fields.push(
        text("id", "String", `"${id - FIRST_SESSION}"`),
        text("state", "Object", "CLOSED"),
        text("maxIdleTimeout", "long", "0"),
      );
    }
    return ok({
      row: r,
      fileOffset: 20_480 + id * 64,
      loader: row(4),
      hierarchy: [classRef(11)],
      fields,
      statics: [],
      represents: r.kind === "class" ? classRef(0) : null,
      elements: isArray ? this.page(id, 0, 100) : null,
      text: r.value,
      textLength: r.value?.length ?? null,
      contents: id === LIST || id === SYNC_LIST ? "list" : null,
      stack: null,
      image: null,
    });
  }

  text(_place: TextPlace, start: number, count: number): Promise<Answer<TextPiece>> {
    const text = "A text from the dump. ".repeat(5_000);
    const next = Math.min(text.length, start + count);
    const units = Uint16Array.from(text.slice(start, next), (char) => char.charCodeAt(0));
    const bytes = new Uint8Array(units.buffer);
    return ok({ start, next, total: text.length, encoding: "utf16", bytes });
  }

  resolve(address: string) {
    const id = indexOf(address);
    return id === null ? fail<ReturnType<typeof row>>(notFound(address)) : ok(row(id));
  }

  private page(id: number, start: number, count: number): ElementsWindow {
    const total = row(id).length ?? 0;
    const rows = Array.from(
      { length: Math.max(0, Math.min(count, total - start)) },
      (_, i) => start + i,
    );
    return id === ARRAY
      ? {
          start,
          total,
          objects: rows.map((i) => (i < SESSIONS ? row(FIRST_SESSION + i) : null)),
          dangling: [],
          primitives: null,
        }
      : {
          start,
          total,
          objects: null,
          dangling: [],
          primitives: rows.map((i) => String((i * 37) % 256)),
        };
  }

  elements(id: number, start: number, count: number) {
    return ok(this.page(id, start, count));
  }

  contents(_id: number, query: ContentsQuery): Promise<Answer<ContentsWindow>> {
    const at = (i: number) => (query.descending ? SESSIONS - 1 - i : i);
    const window = page(
      SESSIONS,
      (i) => ({
        index: at(i),
        key: null,
        value: { object: row(FIRST_SESSION + at(i)), dangling: null },
      }),
      query.start,
      query.count,
    );
    return ok({
      ...window,
      kind: "list",
      size: SESSIONS,
      counted: true,
      limited: false,
      sortable: true,
      troubles: [],
    });
  }

  bytes(id: number, start: number, count: number): Promise<Answer<BytesPiece>> {
    const total = row(id).length ?? 0;
    const next = Math.min(total, start + count);
    const bytes = Uint8Array.from({ length: next - start }, (_, i) => ((start + i) * 37) % 256);
    return ok({ start, next, total, width: 1, bytes });
  }

  pathToRoot(id: number): Promise<Answer<Path>> {
    if (id >= FIRST_GARBAGE)
      return ok({ steps: [], root: null, weakOnly: false, omitted: 0, folds: [] });
    const steps = chainOf(id).map((step) => ({ via: step.via, row: row(step.object) }));
    const root = steps[0]?.row.roots[0] ?? null;
    // The session in the array of the list: what a synchronized list holds is one step.
    const to = steps.findIndex((step) => step.via?.startsWith("[") === true);
    const folds = to > 2 ? [{ from: to - 3, to, label: steps[to]?.via ?? "" }] : [];
    return ok({ steps, root, weakOnly: id === 8, omitted: 0, folds });
  }

  dominatorPath(id: number) {
    return ok(chainOf(id).map((step) => row(step.object)));
  }

  outbound(id: number, start: number, count: number): Promise<Answer<Window<ReferenceRow>>> {
    const kids = childrenOf(id);
    return ok(
      page(
        kids.length,
        (i) => ({ via: [parentOf(kids.at(i))?.via ?? ""], row: row(kids.at(i)) }),
        start,
        count,
      ),
    );
  }

  inbound(id: number, start: number, count: number): Promise<Answer<Window<ReferenceRow>>> {
    const up = parentOf(id);
    return ok(
      page(up ? 1 : 0, () => ({ via: [up?.via ?? ""], row: row(up?.parent ?? 0) }), start, count),
    );
  }
}

function field(name: string, target: number, isStatic: boolean): FieldValue {
  return {
    declaredBy: row(HOLDER).name.slice(6),
    name,
    longName: null,
    type: "Object",
    isStatic,
    primitive: null,
    target: row(target),
    dangling: null,
  };
}

function text(name: string, type: string, primitive: string): FieldValue {
  return {
    declaredBy: "org.apache.tomcat.websocket.WsSession",
    name,
    longName: null,
    type,
    isStatic: false,
    primitive,
    target: null,
    dangling: null,
  };
}
