/** The part of the package that is used; it ships its sources as types, which our compiler options refuse. */
export function compress(data: Uint8Array, level: number): Uint8Array;
/** Throws on what is no LZMA. */
export function decompress(data: Uint8Array): Uint8Array;
