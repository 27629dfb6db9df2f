/** Elements of arrays as table rows. Pure. */
import type { ElementsWindow, ObjectRow } from "../../engine/protocol";
import { visibleText } from "../../lib/format";

/** An element of an object array. */
export interface ObjectElement {
  index: number;
  object: ObjectRow | null;
  /** Address of an object that the dump does not hold. */
  dangling: string | null;
}

/** A line of a primitive array: `values` from element `index` on. */
export interface ValueLine {
  index: number;
  values: string[];
}

/** Elements in a line, by element type: as many as are read at a glance. */
export function valuesPerLine(type: string): number {
  return type === "byte" || type === "boolean" || type === "char" ? 16 : 8;
}

/** The element type of an array class: "byte[]" holds "byte". */
export function elementType(arrayClass: string): string {
  return arrayClass.endsWith("[]") ? arrayClass.slice(0, -2) : arrayClass;
}

export function objectElements(window: ElementsWindow): ObjectElement[] {
  const missing = new Map(window.dangling.map(({ index, address }) => [index, address]));
  return (window.objects ?? []).map((object, i) => {
    const index = window.start + i;
    return { index, object, dangling: missing.get(index) ?? null };
  });
}

/** Cuts a window of primitives, which starts at a multiple of `perLine`, into lines. */
export function valueLines(window: ElementsWindow, perLine: number): ValueLine[] {
  const values = window.primitives ?? [];
  return Array.from({ length: Math.ceil(values.length / perLine) }, (_, line) => ({
    index: window.start + line * perLine,
    values: values.slice(line * perLine, (line + 1) * perLine),
  }));
}

/** Primitives side by side. */
export function plainValues(values: readonly string[]): string {
  return values.map((value) => visibleText(value)).join("  ");
}
