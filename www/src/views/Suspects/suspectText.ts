/** A suspect as Markdown for a ticket or a chat. Pure. */
import { markdownField } from "../../components/DataTableColumns";
import { phrasesText } from "../../components/Phrases";
import { markdownCode, objectLabel, pathAsMarkdown, retainedText } from "../../components/pathText";
import type { DumpFacts, Suspect } from "../../engine/protocol";
import { formatBytes, formatCount, formatShare, plural, visibleName } from "../../lib/format";

/** What kind of thing a suspect is, in words. */
export function kindLabel(suspect: Suspect): string {
  switch (suspect.kind) {
    case "instance":
      return "One object";
    case "class":
      return "A class and its static fields";
    case "classLoader":
      return "A class loader";
    case "thread":
      return "A thread";
    case "group":
      return `${plural(suspect.members, "object")} of one class`;
  }
}

/** The suspect in full: headline, story, figures, chain, keywords. */
export function suspectMarkdown(suspect: Suspect, facts: DumpFacts | null): string {
  const { accumulation, pile } = suspect;
  const parts = [
    `## Suspect ${suspect.rank}: ${markdownField(phrasesText(suspect.headline))}`,
    ...suspect.story.map((sentence) => markdownField(phrasesText(sentence))),
    [
      `- Holder: ${markdownCode(visibleName(suspect.holder))} (${kindLabel(suspect).toLowerCase()})`,
      `- Retained: ${formatBytes(suspect.retained)}, ${formatShare(suspect.share)} of the used heap`,
      ...(accumulation === null
        ? []
        : [
            `- Accumulation point: ${markdownCode(objectLabel(accumulation))} @ ${accumulation.address}, ${retainedText(accumulation)}`,
          ]),
      ...(pile === null
        ? []
        : [
            `- Below it: ${formatCount(pile.count)} × ${markdownCode(visibleName(pile.class.name))}, ${formatBytes(pile.retained)} in all, ${formatBytes(pile.average)} each`,
          ]),
    ].join("\n"),
  ];
  if (suspect.path.steps.length > 0)
    parts.push(`### Path to GC root\n\n${pathAsMarkdown(suspect.path)}`);
  if (suspect.keywords.length > 0) {
    parts.push(
      `Keywords: ${suspect.keywords.map((word) => markdownCode(visibleName(word))).join(" ")}`,
    );
  }
  if (facts !== null)
    parts.push(`_From ${markdownField(visibleName(facts.fileName, 160))}, read with Heapglass._`);
  return `${parts.join("\n\n")}\n`;
}
