import { groupingsOf } from "../state/grouped";
import type { Route } from "../state/route";
import { facts, ready } from "../state/session";
import { Switch } from "./Switch";
import "./GroupBy.css";

/** The ways to group the rows of a view, which lead to one another. Nothing where there are none. */
export function GroupBy({ place }: { place: Route }) {
  const groupings = groupingsOf(place);
  // Grouped rows need all of the analysis.
  if (groupings === null || !ready.value || facts.value?.incomplete != null) return null;
  return (
    <div class="group-by">
      <span class="soft" aria-hidden="true">
        Group by
      </span>
      <Switch
        label="Group by"
        here={groupings.at}
        ways={groupings.all.map(({ title, to }) => ({
          to,
          label: title,
          hint: `Rows by ${title.toLowerCase()}`,
        }))}
      />
    </div>
  );
}
