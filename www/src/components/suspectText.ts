import type { Suspect } from "../engine/protocol";
import { pathText } from "./Pane/pathText";
import { phrasesText } from "./Phrases";

/** A suspect as Markdown for a ticket: headline, proof, path, keywords. */
export function suspectText(suspect: Suspect): string {
  const parts = [`**${phrasesText(suspect.headline)}**`];
  if (suspect.story.length > 0) parts.push(suspect.story.map(phrasesText).join(" "));
  if (suspect.path.steps.length > 0) parts.push(`\`\`\`\n${pathText(suspect.path)}\n\`\`\``);
  if (suspect.keywords.length > 0) parts.push(`Keywords: ${suspect.keywords.map((word) => `\`${word}\``).join(", ")}`);
  return parts.join("\n\n");
}
