import type { ComponentChildren } from "preact";
import { Count, Hint, Share, Size } from "../../components/Figures";
import { OdditiesDoor, odditiesOpen } from "../../components/Oddities/Oddities";
import type { DumpFacts } from "../../engine/protocol";
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatMoment,
  plural,
  visibleText,
} from "../../lib/format";
import { definition, type Term } from "../../lib/glossary";
import { href, UNREACHABLE } from "../../state/route";
import { SizeModel } from "./SizeModel";

/** What this dump is, in figures. */
export function DumpCard({ facts }: { facts: DumpFacts }) {
  const roots = facts.gcRootsByKind
    .map((each) => `${each.kind}: ${formatCount(each.count)}`)
    .join("\n");
  return (
    <section aria-labelledby="dump">
      <h2 id="dump">This dump</h2>
      <dl class="facts">
        <Fact label="Used heap" term="usedHeap">
          <Size bytes={facts.usedHeap} />
        </Fact>
        <Fact label="Objects" term="objects">
          <Count of={facts.objects} />
        </Fact>
        <Fact label="Classes" term="classes">
          <Count of={facts.classes} />
        </Fact>
        <Fact label="Class loaders" term="classLoaders">
          <Count of={facts.classLoaders} />
        </Fact>
        <Fact label="GC roots" term="gcRoot" more={roots}>
          <Count of={facts.gcRoots} />
        </Fact>
        <Fact label="Threads" term="threads">
          <Count of={facts.threads} />
        </Fact>
        <Fact label="Read in" term="readIn">
          {formatDuration(facts.seconds)}
        </Fact>
        <Fact label="Java" more={facts.jvm ?? ""}>
          {facts.javaVersion === null ? "unknown" : visibleText(facts.javaVersion, 24)}
        </Fact>
        <Fact
          label="Taken"
          wide
          more={facts.takenAt === 0 ? "" : new Date(facts.takenAt).toISOString()}
        >
          {facts.takenAt === 0 ? "unknown" : formatMoment(facts.takenAt)}
        </Fact>
      </dl>
      <p class="soft overview-note">
        <span title={definition("format")} class="hint">
          {visibleText(facts.format, 40)}, {formatBytes(facts.dumpBytes)}, {facts.idBytes}-byte ids.
        </span>{" "}
        {facts.unreachableObjects > 0 && (
          <span title={definition("unreachable")} class="hint">
            {plural(facts.unreachableObjects, "object")} of <Size bytes={facts.unreachableBytes} />{" "}
            (
            <Share part={facts.unreachableBytes} whole={facts.usedHeap + facts.unreachableBytes} />){" "}
            {facts.unreachableObjects === 1 ? "is" : "are"}{" "}
            <a href={href(UNREACHABLE)}>unreachable</a> and not counted above.
          </span>
        )}{" "}
        {facts.warnings.length === 0 && !facts.truncated ? (
          <button
            type="button"
            class="link"
            onClick={() => {
              odditiesOpen.value = true;
            }}
          >
            Nothing is odd in it.
          </button>
        ) : (
          <span>
            Odd in it: <OdditiesDoor known={facts} />.
          </span>
        )}
      </p>
      <SizeModel facts={facts} />
    </section>
  );
}

function Fact({
  label,
  term,
  more = "",
  wide = false,
  children,
}: {
  label: string;
  term?: Term;
  more?: string;
  wide?: boolean;
  children: ComponentChildren;
}) {
  const title = [term ? definition(term) : "", more].filter((text) => text !== "").join("\n");
  return (
    <div class={wide ? "wide" : ""} title={title === "" ? undefined : title}>
      <dt>{term ? <Hint term={term}>{label}</Hint> : label}</dt>
      <dd class="num">{children}</dd>
    </div>
  );
}
