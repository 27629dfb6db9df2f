import type { Path } from "../../engine/protocol";
import { visibleText } from "../../lib/format";

/** The chain as text for a ticket, one step per line. */
export function pathText(path: Path): string {
  return path.steps
    .map((step, i) => {
      const via = step.via === null ? `GC root (${path.root ?? "unknown"})` : `${"  ".repeat(i)}.${visibleText(step.via)}`;
      return `${via} → ${visibleText(step.row.name)} @ ${step.row.address}`;
    })
    .join("\n");
}
