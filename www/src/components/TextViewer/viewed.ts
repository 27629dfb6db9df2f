/** Which text the viewer shows; a module of its own, so that whoever opens it need not know the window. */
import { signal } from "@preact/signals";
import type { ObjectRow, TextPlace } from "../../engine/protocol";

export interface ViewedText {
  place: TextPlace;
  /** What it is, for the window's title. */
  title: string;
  /** Name of the saved file, without its ending. */
  file: string;
}

export const viewed = signal<ViewedText | null>(null);

export const objectText = (row: ObjectRow): ViewedText => ({
  place: { object: row.object },
  title: `Text of the ${row.kind === "instance" ? "string" : "array"} at ${row.address}`,
  file: `text-${row.address}`,
});

export const classNameText = (id: number): ViewedText => ({
  place: { class: id },
  title: "Name of the class, as the dump spells it",
  file: `class-name-${id}`,
});

export const fieldNameText = (id: string): ViewedText => ({
  place: { name: id },
  title: "Name of the field, as the dump spells it",
  file: `field-name-${id}`,
});
