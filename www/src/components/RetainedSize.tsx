import type { ObjectRow } from "../engine/protocol";
import { definition } from "../lib/glossary";
import { forest } from "../state/forest";
import { Size } from "./Figures";

/** The retained size of an object. That of an unreachable one is known only with their forest. */
export function RetainedSize({ row }: { row: ObjectRow }) {
  if (!row.unreachable || forest.value.phase === "ready") return <Size bytes={row.retained} />;
  return (
    <span
      class="muted"
      title={`Not worked out for unreachable objects yet. ${definition("retainedUnreachable")}`}
    >
      –
    </span>
  );
}
