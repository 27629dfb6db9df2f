import { formatCount, plural, visibleName } from "../lib/format";
import { exporting } from "./TableExport";
import { WorkBar } from "./WorkBar";
import "./ExportBar.css";

/** How far an export is; it goes on while other places are looked at. */
export function ExportBar() {
  const now = exporting.value;
  if (now === null) return null;
  const { done, total, label } = now;
  const doing =
    total === 0 ? "Reading rows" : `${formatCount(done)} of ${plural(total, "row")} exported`;
  return (
    <section class="export-bar" aria-label="Export">
      <WorkBar
        of={`Export of ${visibleName(label, 80)}`}
        doing={doing}
        share={total === 0 ? 0 : done / total}
        onCancel={now.cancel}
      />
    </section>
  );
}
