/** A dump of one long linked list, written byte by byte: much to hold in little memory. */
import type { TestInfo } from "@playwright/test";
import { write } from "./files";

/** Bytes of an instance record: tag, id, stack trace, class, length, one reference. */
const INSTANCE = 1 + 4 + 4 + 4 + 4 + 4;
const NODE_CLASS = 0x1000;
const FIRST = 0x10_0000;
const NAMES: readonly [number, string][] = [
  [1, "java/lang/Object"],
  [2, "com/acme/Node"],
  [3, "next"],
];

/** A file with `length` objects of the class com.acme.Node, each of which refers to the next. */
export function longChain(testInfo: TestInfo, length: number): string {
  const nodes = Buffer.alloc(length * INSTANCE);
  for (let i = 0; i < length; i++) {
    const at = i * INSTANCE;
    nodes[at] = 0x21;
    nodes.writeUInt32BE(FIRST + i * 16, at + 1);
    nodes.writeUInt32BE(NODE_CLASS, at + 9);
    nodes.writeUInt32BE(4, at + 13);
    nodes.writeUInt32BE(i + 1 < length ? FIRST + (i + 1) * 16 : 0, at + 17);
  }
  // A root of unknown kind on the first node.
  const root = Buffer.concat([Buffer.from([0xff]), u4(FIRST)]);
  const heap = [classDump(0x800, 0, null), classDump(NODE_CLASS, 0x800, 3), root, nodes];
  return write(testInfo, `chain-${length}.hprof`, Buffer.concat([header(), ...records(heap)]));
}

function header(): Buffer {
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(1_700_000_000_000n);
  return Buffer.concat([Buffer.from("JAVA PROFILE 1.0.2\0", "latin1"), u4(4), time]);
}

function records(heap: Buffer[]): Buffer[] {
  const strings = NAMES.map(([id, name]) => record(0x01, u4(id), Buffer.from(name, "latin1")));
  const classes = [record(0x02, u4(1), u4(0x800), u4(0), u4(1))];
  classes.push(record(0x02, u4(2), u4(NODE_CLASS), u4(0), u4(2)));
  return [...strings, ...classes, record(0x1c, ...heap), record(0x2c)];
}

function record(tag: number, ...body: Buffer[]): Buffer {
  const length = body.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([Buffer.from([tag]), u4(0), u4(length), ...body]);
}

/** A class without statics and with at most one field, a reference. */
function classDump(id: number, superClass: number, field: number | null): Buffer {
  const fields = field === null ? [u2(0)] : [u2(1), u4(field), Buffer.from([2])];
  const size = field === null ? 0 : 4;
  const ids = [id, 0, superClass, 0, 0, 0, 0, 0].map(u4);
  return Buffer.concat([Buffer.from([0x20]), ...ids, u4(size), u2(0), u2(0), ...fields]);
}

function u4(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function u2(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}
