/**
 * Makes a WebAssembly module count the instructions that it executes.
 *
 * In front of every straight run of instructions goes an addition of its length to a counter, which
 * is exported as `instructions`. The count depends on the module and its input alone, so that it is
 * the same on every machine, however busy.
 */

/** Name of the exported counter, a mutable global of type i64. */
export const COUNTER = "instructions";

const GLOBAL_SECTION = 6;
const EXPORT_SECTION = 7;
const CODE_SECTION = 10;
const IMPORT_SECTION = 2;

/** Instructions behind which another run begins: control goes elsewhere or comes from there. */
const ENDS_RUN = new Set([
  0x00, // unreachable
  0x03, // loop
  0x04, // if
  0x05, // else
  0x0b, // end
  0x0c, // br
  0x0d, // br_if
  0x0e, // br_table
  0x0f, // return
]);

/** Reads the binary format; see the chapter of that name in the WebAssembly specification. */
class Reader {
  /** @param {Uint8Array} bytes @param {number} [at] */
  constructor(bytes, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  byte() {
    const byte = this.bytes[this.at++];
    if (byte === undefined) throw new Error("The module ends too early.");
    return byte;
  }

  /** An unsigned LEB128 number below 2^53. */
  number() {
    let result = 0;
    let factor = 1;
    for (;;) {
      const byte = this.byte();
      result += (byte & 0x7f) * factor;
      if (byte < 0x80) return result;
      factor *= 128;
    }
  }

  /** A LEB128 number of any kind. */
  skipNumber() {
    while (this.byte() >= 0x80);
  }

  /** @param {number} count */
  skip(count) {
    this.at += count;
  }

  skipName() {
    this.skip(this.number());
  }

  /** Alignment (with a memory, where bit 6 says so) and offset. */
  skipMemoryArgument() {
    if (this.number() & 0x40) this.skipNumber();
    this.skipNumber();
  }

  skipLimits() {
    const flags = this.byte();
    this.skipNumber();
    if (flags & 1) this.skipNumber();
  }

  /** Skips one instruction with its immediates; answers its opcode. */
  instruction() {
    const opcode = this.byte();
    if (opcode >= 0x28 && opcode <= 0x3e) this.skipMemoryArgument();
    else if (opcode === 0x0e) this.skipVector(1);
    else if (opcode === 0x1c) this.skipVector(0);
    else if (opcode === 0x43) this.skip(4);
    else if (opcode === 0x44) this.skip(8);
    else if (opcode === 0xfc) this.skipNumbers(MISCELLANEOUS[this.number()]);
    else if (opcode === 0xfd) this.skipVectorInstruction(this.number());
    else if (opcode === 0xfe) this.skipAtomicInstruction(this.number());
    else this.skipNumbers(immediatesOf(opcode));
    return opcode;
  }

  /** @param {number} more numbers behind the vector */
  skipVector(more) {
    this.skipNumbers(this.number() + more);
  }

  /** @param {number | undefined} count */
  skipNumbers(count) {
    if (count === undefined)
      throw new Error("The module has an instruction that is not known here.");
    for (let i = 0; i < count; i++) this.skipNumber();
  }

  /** @param {number} opcode behind 0xfd */
  skipVectorInstruction(opcode) {
    if (opcode <= 11 || (opcode >= 84 && opcode <= 93)) this.skipMemoryArgument();
    if (opcode === 12 || opcode === 13) this.skip(16);
    if ((opcode >= 21 && opcode <= 34) || (opcode >= 84 && opcode <= 91)) this.skip(1);
  }

  /** @param {number} opcode behind 0xfe */
  skipAtomicInstruction(opcode) {
    if (opcode === 3) this.skip(1);
    else this.skipMemoryArgument();
  }
}

/** Numbers behind the instructions of prefix 0xfc. */
const MISCELLANEOUS = [0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 2, 1, 2, 1, 2, 1, 1, 1];

/** @param {number} opcode @returns {number | undefined} LEB128 numbers behind it */
function immediatesOf(opcode) {
  if (opcode >= 0x02 && opcode <= 0x04) return 1; // block, loop, if: a type
  if (opcode === 0x0c || opcode === 0x0d) return 1; // br, br_if
  if (opcode === 0x10 || opcode === 0x12) return 1; // call, return_call
  if (opcode === 0x11 || opcode === 0x13) return 2; // call_indirect, return_call_indirect
  if (opcode >= 0x20 && opcode <= 0x26) return 1; // variables, tables
  if (opcode >= 0x3f && opcode <= 0x42) return 1; // memory.size, memory.grow, i32.const, i64.const
  if (opcode === 0xd0 || opcode === 0xd2) return 1; // ref.null, ref.func
  if (opcode <= 0x01 || opcode === 0x05 || opcode === 0x0b || opcode === 0x0f) return 0;
  if (opcode === 0x1a || opcode === 0x1b || opcode === 0xd1) return 0; // drop, select, ref.is_null
  return opcode >= 0x45 && opcode <= 0xc4 ? 0 : undefined; // arithmetic
}

/** @param {number} value @returns {number[]} unsigned LEB128 */
function unsigned(value) {
  const bytes = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) | 0x80);
  }
}

/** @param {number} value not negative @returns {number[]} signed LEB128 */
function signed(value) {
  const bytes = unsigned(value);
  const last = bytes.at(-1) ?? 0;
  return last < 0x40 ? bytes : [...bytes.slice(0, -1), last | 0x80, 0];
}

/** Bytes that grow. */
class Output {
  /** @param {number} size */
  constructor(size) {
    this.bytes = new Uint8Array(size);
    this.length = 0;
  }

  /** @param {ArrayLike<number>} bytes */
  put(bytes) {
    if (this.length + bytes.length > this.bytes.length) {
      const larger = new Uint8Array((this.length + bytes.length) * 2);
      larger.set(this.bytes.subarray(0, this.length));
      this.bytes = larger;
    }
    this.bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  done() {
    return this.bytes.subarray(0, this.length);
  }
}

/**
 * @param {Uint8Array} body locals and instructions @param {number} counter index of the global
 * @returns {Uint8Array}
 */
function countIn(body, counter) {
  const reader = new Reader(body);
  for (let groups = reader.number(); groups > 0; groups--) {
    reader.skipNumber();
    reader.skipNumber();
  }
  const output = new Output(body.length * 2);
  output.put(body.subarray(0, reader.at));
  while (reader.at < body.length) {
    const start = reader.at;
    let count = 0;
    let last = 0;
    do {
      last = reader.instruction();
      count++;
    } while (!ENDS_RUN.has(last) && reader.at < body.length);
    const global = unsigned(counter);
    output.put([0x23, ...global, 0x42, ...signed(count), 0x7c, 0x24, ...global]);
    output.put(body.subarray(start, reader.at));
  }
  return output.done();
}

/** @param {Uint8Array} section @returns {number} imported globals */
function importedGlobals(section) {
  const reader = new Reader(section);
  let globals = 0;
  for (let left = reader.number(); left > 0; left--) {
    reader.skipName();
    reader.skipName();
    const kind = reader.byte();
    if (kind === 0) reader.skipNumber();
    else if (kind === 1) {
      reader.skipNumber();
      reader.skipLimits();
    } else if (kind === 2) reader.skipLimits();
    else {
      reader.skip(2);
      globals++;
    }
  }
  return globals;
}

/** @param {Uint8Array} section @param {number[]} entry @returns {Uint8Array} */
function withEntry(section, entry) {
  const reader = new Reader(section);
  const count = reader.number();
  return Uint8Array.from([...unsigned(count + 1), ...section.subarray(reader.at), ...entry]);
}

/** @param {Uint8Array} section @param {number} counter */
function countInCode(section, counter) {
  const reader = new Reader(section);
  const functions = reader.number();
  const output = new Output(section.length * 2);
  output.put(unsigned(functions));
  for (let i = 0; i < functions; i++) {
    const size = reader.number();
    const body = countIn(section.subarray(reader.at, reader.at + size), counter);
    reader.skip(size);
    output.put(unsigned(body.length));
    output.put(body);
  }
  return output.done();
}

/**
 * The module with a counter. It has to have globals and exports, as what rustc makes always has.
 * @param {Uint8Array} module
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function countInstructions(module) {
  const reader = new Reader(module, 8);
  const output = new Output(module.length * 2);
  output.put(module.subarray(0, 8));
  let counter = 0;
  while (reader.at < module.length) {
    const id = reader.byte();
    const size = reader.number();
    let section = module.subarray(reader.at, reader.at + size);
    reader.skip(size);
    if (id === IMPORT_SECTION) counter += importedGlobals(section);
    if (id === GLOBAL_SECTION) {
      counter += new Reader(section).number();
      section = withEntry(section, [0x7e, 1, 0x42, 0, 0x0b]);
    }
    if (id === EXPORT_SECTION) {
      const name = new TextEncoder().encode(COUNTER);
      section = withEntry(section, [name.length, ...name, 3, ...unsigned(counter)]);
    }
    if (id === CODE_SECTION) section = countInCode(section, counter);
    output.put([id, ...unsigned(section.length)]);
    output.put(section);
  }
  return new Uint8Array(output.done());
}
