/** Going to a part of another object's page: the page that is opened next takes up the wish. */
import type { Address, ObjectRow } from "../../engine/protocol";
import { openObject } from "./objectColumns";

export type ObjectPart = "path" | "inbound" | "outbound";

let wish: { address: Address; part: ObjectPart } | null = null;

/** Opens an object's page at one of its sections. */
export function openObjectAt(row: ObjectRow, part: ObjectPart): void {
  wish = { address: row.address, part };
  openObject(row);
}

/** The section that was asked for of this object's page, once. */
export function takeArrival(address: Address): ObjectPart | null {
  const part = wish?.address === address ? wish.part : null;
  wish = null;
  return part;
}
