import type { ObjectRow } from "../../engine/protocol";
import { definition } from "../../lib/glossary";

/** Badges beside an object's name: the GC roots on it, and whether nothing reaches it. */
export function Marks({ row }: { row: Pick<ObjectRow, "roots" | "unreachable"> }) {
  if (row.roots.length === 0 && !row.unreachable) return null;
  return (
    <span class="marks">
      {row.roots.map((root) => (
        <span class="badge root" key={root} title={`GC root: ${root}. ${definition("gcRoot")}`}>
          {root}
        </span>
      ))}
      {row.unreachable && (
        <span class="badge hot" title={definition("unreachable")}>
          unreachable
        </span>
      )}
    </span>
  );
}
