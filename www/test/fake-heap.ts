/**
 * A small heap with the shape of a real leak: a static list of web socket sessions that grows for ever.
 * Objects are made on demand from their index, so that 4,980 sessions cost nothing.
 */
import type { ObjectKind, ObjectRow } from "../src/engine/protocol";
import { CLASS_NAMES, classRef } from "./fake-classes";

export const KIB = 1024;
export const MIB = 1024 * KIB;
export const SESSIONS = 4_980;
export const USED_HEAP = 332_398_592;

const BASE_ADDRESS = 0xca69_1770;
const STRIDE = 0x40;
export const addressOf = (object: number) => `0x${(BASE_ADDRESS + object * STRIDE).toString(16)}`;
export const indexOf = (address: string) => {
  const n = (Number(address) - BASE_ADDRESS) / STRIDE;
  return Number.isInteger(n) && n >= 0 && n < 100_000 ? n : null;
};

interface Fixed {
  kind: ObjectKind;
  class: number;
  name: string;
  value?: string;
  length?: number;
  shallow: number;
  retained: number;
  dominated: number;
  roots?: string[];
  parent: number | null;
  via?: string;
}

export const HOLDER = 0;
export const SYNC_LIST = 1;
export const LIST = 2;
export const ARRAY = 3;
export const FIRST_SESSION = 100;
export const SESSION_RETAINED = 63_624;
export const PILE = SESSIONS * SESSION_RETAINED;

const FIXED: Record<number, Fixed> = {
  0: {
    kind: "class",
    class: 8,
    name: "class com.ksh.export.ExcelExportTaskWebSocket",
    shallow: 40,
    retained: PILE + 25_112,
    dominated: 4,
    roots: ["System class"],
    parent: null,
  },
  1: {
    kind: "instance",
    class: 5,
    name: CLASS_NAMES[5],
    shallow: 24,
    retained: PILE + 25_048,
    dominated: 1,
    parent: 0,
    via: "static SESSIONS",
  },
  2: {
    kind: "instance",
    class: 6,
    name: CLASS_NAMES[6],
    shallow: 24,
    retained: PILE + 25_024,
    dominated: 1,
    parent: 1,
    via: "list",
  },
  3: {
    kind: "objectArray",
    class: 7,
    name: "java.lang.Object[6246]",
    length: 6_246,
    shallow: 25_000,
    retained: PILE + 25_000,
    dominated: SESSIONS,
    parent: 2,
    via: "elementData",
  },
  4: {
    kind: "instance",
    class: 16,
    name: CLASS_NAMES[16],
    shallow: 96,
    retained: 5_872_025,
    dominated: 3_120,
    roots: ["Thread"],
    parent: null,
  },
  5: {
    kind: "instance",
    class: 10,
    name: CLASS_NAMES[10],
    value: '"http-nio-8080-exec-3"',
    shallow: 376,
    retained: 2_411_724,
    dominated: 18,
    roots: ["Thread"],
    parent: null,
  },
  6: {
    kind: "instance",
    class: 14,
    name: CLASS_NAMES[14],
    shallow: 48,
    retained: 1_258_291,
    dominated: 9_960,
    parent: 7,
    via: "upgradeInfos",
  },
  7: {
    kind: "instance",
    class: 4,
    name: CLASS_NAMES[4],
    shallow: 64,
    retained: 1_310_720,
    dominated: 12,
    roots: ["JNI global"],
    parent: null,
  },
  8: {
    kind: "instance",
    class: 9,
    name: CLASS_NAMES[9],
    value: '"SELECT o FROM Order o WHERE o.customer = ?1\u202e drawkcab \u0007"',
    shallow: 24,
    retained: 136,
    dominated: 1,
    parent: 4,
    via: "query",
  },
};

/** A row of a dump that was analysed completely. */
type CompleteRow = ObjectRow & { retained: number; dominated: number };

/** Unreachable objects: trees of a dead cache with three arrays each; some are of a cycle, one is shared. */
export const FIRST_GARBAGE = 90_000;
export const DEAD_TREES = 12;
const BRANCHES = 3;

function garbage(object: number): CompleteRow {
  const isTop = object < FIRST_GARBAGE + DEAD_TREES;
  const shallow = isTop ? 48 : 40_752;
  return {
    object,
    address: addressOf(object),
    kind: isTop ? "instance" : "primitiveArray",
    class: classRef(isTop ? 11 : 2),
    name: isTop ? CLASS_NAMES[11] : "byte[40736]",
    value: null,
    length: isTop ? null : 40_736,
    shallow,
    retained: isTop ? shallow + BRANCHES * 40_752 : shallow,
    dominated: isTop ? BRANCHES : 0,
    roots: [],
    unreachable: true,
  };
}

/** The object of that number. */
export function row(object: number): CompleteRow {
  if (object >= FIRST_GARBAGE) return garbage(object);
  const fixed = FIXED[object];
  if (fixed) {
    return {
      object,
      address: addressOf(object),
      kind: fixed.kind,
      class: classRef(fixed.class),
      name: fixed.name,
      value: fixed.value ?? null,
      length: fixed.length ?? null,
      shallow: fixed.shallow,
      retained: fixed.retained,
      dominated: fixed.dominated,
      roots: fixed.roots ?? [],
      unreachable: false,
    };
  }
  if (object < FIRST_SESSION + SESSIONS) {
    return {
      object,
      address: addressOf(object),
      kind: "instance",
      class: classRef(1),
      name: CLASS_NAMES[1],
      value: null,
      length: null,
      shallow: 152,
      retained: SESSION_RETAINED - (object % 7) * 8,
      dominated: 9,
      roots: [],
      unreachable: false,
    };
  }
  return {
    object,
    address: addressOf(object),
    kind: "primitiveArray",
    class: classRef(2),
    name: "byte[8192]",
    value: null,
    length: 8_192,
    shallow: 8_208,
    retained: 8_208,
    dominated: 0,
    roots: [],
    unreachable: object % 11 === 0,
  };
}

/** Who dominates it, and by which field it is held; null at the top. */
export function parentOf(object: number): { parent: number; via: string } | null {
  if (object >= FIRST_GARBAGE) {
    const branch = object - FIRST_GARBAGE - DEAD_TREES;
    if (branch < 0) return null;
    return { parent: FIRST_GARBAGE + Math.floor(branch / BRANCHES), via: `[${branch % BRANCHES}]` };
  }
  const fixed = FIXED[object];
  if (fixed) return fixed.parent === null ? null : { parent: fixed.parent, via: fixed.via ?? "" };
  if (object < FIRST_SESSION + SESSIONS)
    return { parent: ARRAY, via: `[${object - FIRST_SESSION}]` };
  return {
    parent: FIRST_SESSION + Math.floor((object - FIRST_SESSION - SESSIONS) / 4),
    via: "inputBuffer",
  };
}

/** Children in the dominator tree; null asks for the first level. */
export function childrenOf(object: number | null): { length: number; at: (i: number) => number } {
  const list = (ids: number[]) => ({ length: ids.length, at: (i: number) => ids[i] ?? 0 });
  if (object === null) return list([HOLDER, 4, 5, 7]);
  if (object >= FIRST_GARBAGE + DEAD_TREES) return list([]);
  if (object >= FIRST_GARBAGE) {
    const first = FIRST_GARBAGE + DEAD_TREES + (object - FIRST_GARBAGE) * BRANCHES;
    return { length: BRANCHES, at: (i) => first + i };
  }
  if (object === ARRAY) return { length: SESSIONS, at: (i) => FIRST_SESSION + i };
  if (object >= FIRST_SESSION && object < FIRST_SESSION + SESSIONS) {
    return { length: 4, at: (i) => FIRST_SESSION + SESSIONS + (object - FIRST_SESSION) * 4 + i };
  }
  return list(
    Object.keys(FIXED)
      .map(Number)
      .filter((id) => FIXED[id]?.parent === object),
  );
}

/** From the outermost dominator to the object itself. */
export function chainOf(object: number): { object: number; via: string | null }[] {
  const up = parentOf(object);
  return up === null ? [{ object, via: null }] : [...chainOf(up.parent), { object, via: up.via }];
}
