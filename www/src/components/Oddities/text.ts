/** Oddities of a dump in words. Pure. */
import type { DumpFacts, Severity, Truncation, WarningFact } from "../../engine/protocol";
import {
  exactBytes,
  formatBytes,
  formatCount,
  formatOffset,
  plural,
  visibleName,
  visibleText,
} from "../../lib/format";

/** The kinds of oddities in the order in which they matter. */
export const SEVERITIES: readonly { severity: Severity; title: string; meaning: string }[] = [
  { severity: "damage", title: "Damage", meaning: "what is shown may be wrong here" },
  { severity: "missing", title: "Missing", meaning: "what is shown is right, but not all" },
  { severity: "curiosity", title: "Curiosities", meaning: "odd, but all of it was read" },
];

const WORDS: Record<Severity, readonly [string, string]> = {
  damage: ["kind of damage", "kinds of damage"],
  missing: ["thing missing", "things missing"],
  curiosity: ["curiosity", "curiosities"],
};

/** "1 kind of damage, 2 things missing, 1 curiosity". */
export function severityCounts(warnings: readonly WarningFact[]): string {
  const parts = SEVERITIES.map(({ severity }) => {
    const count = warnings.filter((warning) => warning.severity === severity).length;
    return count === 0 ? "" : plural(count, ...WORDS[severity]);
  });
  return parts.filter((part) => part !== "").join(", ");
}

/** What is missing of a file that was cut off, as exactly as its end tells. */
export function missingText({ readUpTo, missing, rootsStandIn, compressed }: Truncation): string {
  const where = `What was read ends at offset ${formatOffset(readUpTo)}${compressed ? " of the uncompressed dump" : ""}.`;
  const record =
    missing === null
      ? "How much is missing the file does not tell."
      : missing === 0
        ? "The record there is complete; what should follow it is missing."
        : `The record there declares ${formatBytes(missing)} (${exactBytes(missing)}) more than the file holds; what would have followed it is missing, too.`;
  const roots = rootsStandIn
    ? " The GC roots were cut off: classes, and objects that nothing refers to, stand in for them, so some garbage may count as used."
    : "";
  return `${where} ${record}${roots}`;
}

/** A message of the engine with its long numbers in groups. */
export function messageText(message: string): string {
  return visibleText(
    message.replace(/\b\d{5,15}\b/g, (digits) => formatCount(Number(digits))),
    300,
  );
}

/** All of it for a ticket. */
export function odditiesText(facts: DumpFacts): string {
  const lines = [
    `What is odd in ${visibleName(facts.fileName)} (${exactBytes(facts.dumpBytes)} uncompressed), read with Heapglass`,
  ];
  if (facts.truncation !== null) lines.push("", `Incomplete: ${missingText(facts.truncation)}`);
  for (const { severity, title, meaning } of SEVERITIES) {
    const of = facts.warnings.filter((warning) => warning.severity === severity);
    if (of.length > 0) lines.push("", `${title}: ${meaning}`);
    for (const warning of of) {
      const at =
        warning.firstOffset === null
          ? ""
          : `, first at offset ${formatOffset(warning.firstOffset)}`;
      lines.push(
        `- ${formatCount(warning.count)} x ${messageText(warning.message)}${at} [${warning.kind}]`,
      );
    }
  }
  if (facts.warnings.length === 0 && facts.truncation === null) lines.push("", "Nothing.");
  return `${lines.join("\n")}\n`;
}
