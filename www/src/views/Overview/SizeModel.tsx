import type { Calibration, DumpFacts, SizeModel as Model } from "../../engine/protocol";
import { formatCount, plural } from "../../lib/format";
import { definition } from "../../lib/glossary";
import { reopen } from "../../state/session";

/** How shallow sizes were computed, what speaks for it, and the switch to the other way. */
export function SizeModel({ facts }: { facts: DumpFacts }) {
  return (
    <section class="size-model" aria-labelledby="sizes">
      <h2 id="sizes" title={definition("sizeModel")}>
        Sizes
      </h2>
      <Switch facts={facts} />
      <p class="soft">{sizesText(facts)}</p>
    </section>
  );
}

const MODELS: readonly { model: Model; label: string; hint: string }[] = [
  {
    model: "calibrated",
    label: "As the JVM's",
    hint: "Header, references and alignment are worked out from this dump. Reads the dump again.",
  },
  {
    model: "mat",
    label: "As Eclipse MAT's",
    hint: "The formulas of Eclipse MAT, for comparison with it. Reads the dump again.",
  },
];

function Switch({ facts }: { facts: DumpFacts }) {
  return (
    <fieldset class="size-switch">
      <legend class="visually-hidden">Sizes</legend>
      {MODELS.map(({ model, label, hint }) => (
        <button
          key={model}
          type="button"
          aria-pressed={facts.sizeModel === model}
          title={hint}
          onClick={() => {
            if (facts.sizeModel !== model) void reopen({ dump: facts.dump, sizeModel: model });
          }}
        >
          {label}
        </button>
      ))}
    </fieldset>
  );
}

/** The layout that was found, the share of neighbours that agrees, and what is left to trust. */
export function sizesText(facts: DumpFacts): string {
  const { layout, alignment, referenceBytes } = facts;
  if (layout === null) {
    return `Computed by the formulas of Eclipse MAT: references of ${referenceBytes} bytes, objects aligned to ${alignment} bytes. The JVM's own sizes may differ.`;
  }
  return [layoutText(layout), agreementText(layout), untoldText(facts.classesWithoutEvidence ?? 0)]
    .filter((sentence) => sentence !== "")
    .join(" ");
}

function layoutText({ layout }: Calibration): string {
  const { headerBytes, referenceBytes, alignment, fields, wordBytes } = layout;
  const packing =
    fields === "fillsGaps"
      ? "fields that fill gaps, as since JDK 15"
      : "fields behind those of the super class, as before JDK 15";
  return `Found in this dump: ${headerText(headerBytes, wordBytes)}, ${referenceBytes === wordBytes ? "full" : "compressed"} references of ${referenceBytes} bytes, objects aligned to ${alignment} bytes, ${packing}.`;
}

function headerText(bytes: number, wordBytes: number): string {
  if (wordBytes === 4) return `headers of ${bytes} bytes (32-bit JVM)`;
  if (bytes === 8) return "compact headers of 8 bytes";
  return `headers of ${bytes} bytes (${bytes === 12 ? "compressed" : "full"} class pointers)`;
}

/** Below this share the addresses say little. */
const WELL = 0.9;

function agreementText({ neighbours, agreeingNeighbours }: Calibration): string {
  if (neighbours === 0) {
    return "No object lies right behind an instance, so nothing confirms it: the most common layout is assumed.";
  }
  const share = `${preciseShare(agreeingNeighbours, neighbours)} of ${plural(neighbours, "neighbouring pair")} ${neighbours === 1 ? "agrees" : "agree"}.`;
  return agreeingNeighbours < neighbours * WELL
    ? `Only ${share} Either garbage lay between the objects, or the ids of this dump are no addresses.`
    : share;
}

function untoldText(classes: number): string {
  if (classes === 0) return "";
  return classes === 1
    ? "One class has no neighbour to tell its size: it follows the layout."
    : `${formatCount(classes)} classes have no neighbour to tell their size: they follow the layout.`;
}

/** A share with two decimals, never rounded up to all: "99.98 %". */
export function preciseShare(part: number, whole: number): string {
  if (part === whole) return "100 %";
  return `${(Math.floor((part / whole) * 10_000) / 100).toFixed(2)} %`;
}
