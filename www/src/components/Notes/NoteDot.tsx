import type { Address } from "../../engine/protocol";
import { noteOf } from "../../state/notes";
import "./Notes.css";

/** Says in words what the dot before a link (class `noted`) shows: the object has a note. */
export function NoteDot({ address }: { address: Address }) {
  if (noteOf(address) === undefined) return null;
  return <span class="visually-hidden">Noted: </span>;
}
