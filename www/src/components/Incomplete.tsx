/** What a page says of a dump for whose whole analysis memory did not suffice. */
import type { Incomplete, Part } from "../engine/protocol";
import { formatBytes } from "../lib/format";
import { PHASE_LABELS } from "../state/phases";
import { HISTOGRAM, href, OVERVIEW, type Route } from "../state/route";
import { facts, reopen } from "../state/session";
import { memoryLimit } from "../state/settings";
import { RouteLink } from "./RouteLink";
import { EmptyState } from "./States";
import "./Incomplete.css";

/** What each part is to a person, and the part that each place needs. */
export const PART_LABELS: Record<Part, string> = {
  references: "inbound references",
  dominators: "retained sizes and dominator tree",
  classRetained: "retained sizes of classes",
  paths: "paths to GC roots",
  suspects: "leak suspects",
};

/** The part without which a place has nothing to show. */
export function partNeeded(place: Route): Part | null {
  if (place.view === "suspects" || place.view === "outside") return "suspects";
  // Without retained sizes nobody knows what is reachable.
  const needsTree = ["dominators", "map", "unreachable", "forest"].includes(place.view);
  return needsTree ? "dominators" : null;
}

/** "Computing the dominator tree needed at least 1.2 GiB of memory; 900 MiB were free." */
export function shortageText({ phase, memory }: Incomplete): string {
  const most = memory.atMost === null ? "" : ` and at most ${formatBytes(memory.atMost)}`;
  const free = memory.free === null ? "" : `; ${formatBytes(memory.free)} were free`;
  return `${PHASE_LABELS[phase]} needs at least ${formatBytes(memory.needed)}${most} of memory${free}.`;
}

/** The parts as a list in words. */
export function partsText(parts: readonly Part[]): string {
  const words = parts.map((part) => PART_LABELS[part]);
  const last = words.at(-1) ?? "";
  return words.length < 2 ? last : `${words.slice(0, -1).join(", ")} and ${last}`;
}

/** One line above every view: what is missing, why, and where more is said. */
export function IncompleteNote() {
  const incomplete = facts.value?.incomplete ?? null;
  if (incomplete === null) return null;
  return (
    <div class="incomplete-note" role="status">
      <span>
        <b class="strong">Analysed in part.</b> Missing: {partsText(incomplete.missing)}.{" "}
        {shortageText(incomplete)}
      </span>
      <RouteLink to={OVERVIEW}>What to do</RouteLink>
    </div>
  );
}

/** Stands in the place of a view whose part is missing. */
export function NotComputed({ title, part }: { title: string; part: Part }) {
  const incomplete = facts.value?.incomplete ?? null;
  if (incomplete === null) return null;
  return (
    <section class="view-page">
      <h1 tabIndex={-1}>{title}</h1>
      <EmptyState title={`Memory did not suffice for ${PART_LABELS[part]}.`}>
        <p>{shortageText(incomplete)}</p>
        <WaysOn incomplete={incomplete} />
        <p>
          <a href={href(HISTOGRAM)}>See the class histogram</a>, which is complete.
        </p>
      </EmptyState>
    </section>
  );
}

/** What a person can do about it. */
export function WaysOn({ incomplete }: { incomplete: Incomplete }) {
  const limited = memoryLimit() !== undefined;
  return (
    <ul class="ways-on">
      {limited && (
        <li>
          This page's address limits the engine to {formatBytes(memoryLimit() ?? 0)} (
          <code>?memory=</code>). Give it more, or open the page without the limit.
        </li>
      )}
      {!limited && (
        <li>
          A browser gives WebAssembly at most 4 GiB, and less when memory is short: close other tabs
          and{" "}
          <button type="button" class="link" onClick={() => void reopen()}>
            try again with the same file
          </button>
          .
        </li>
      )}
      <li>
        The native command line uses all memory of its machine: <code>heapglass DUMP</code>
        {incomplete.memory.atMost !== null &&
          `. ${formatBytes(incomplete.memory.atMost)} more than were in use would surely have sufficed for this step`}
        .
      </li>
    </ul>
  );
}
