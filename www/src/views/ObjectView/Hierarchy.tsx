import { ClassLink } from "../../components/ObjectLink";
import type { ClassRef } from "../../engine/protocol";

/** The super classes, nearest first; nothing for a class without one. */
export function Hierarchy({ of }: { of: readonly ClassRef[] }) {
  if (of.length === 0) return null;
  return (
    <p class="object-hierarchy soft">
      extends{" "}
      {of.map((parent, i) => (
        <span key={parent.class}>
          {i > 0 && <span class="muted"> › </span>}
          <ClassLink of={parent} />
        </span>
      ))}
    </p>
  );
}
