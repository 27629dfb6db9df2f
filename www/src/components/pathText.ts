/** Chains of references as text: for tickets, chats and search engines. Pure. */
import type { ObjectRow, Path, PathStep } from "../engine/protocol";
import { formatBytes, formatCount, visibleName, visibleText } from "../lib/format";

/** How a reference is read between two objects: ".elementData", "[17]", "static SESSIONS", "local variable". */
export function viaLabel(via: string): string {
  if (via === "<local>") return "local variable";
  if (via === "<class>") return "class";
  if (via === "<loader>" || via === "<classloader>") return "class loader";
  const text = visibleName(via);
  return /^(\[|static |<|\.)/.test(text) ? text : `.${text}`;
}

/** Name and value of an object in one line. */
export function objectLabel(row: ObjectRow): string {
  const name = visibleName(row.name);
  return row.value === null ? name : `${name} ${visibleText(row.value, 80)}`;
}

/**
 * Text as Markdown code that cannot end early: fenced by more backticks than it holds.
 * Line breaks never occur, because `visibleText` shows them as symbols.
 */
export function markdownCode(text: string): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  const pad = text.startsWith("`") || text.endsWith("`") ? " " : "";
  return `${fence}${pad}${text}${pad}${fence}`;
}

/** Of a very long path the engine names the two ends: the position of the step before which the others are left out. */
export function omittedBefore({ steps, omitted }: Path): number | null {
  return omitted > 0 ? Math.ceil(steps.length / 2) : null;
}

/** Why they are left out, for people. */
export const OMITTED = "The path is very long: only the steps at its two ends are named.";

/** How the steps that were left out are told. */
export const omittedText = ({ omitted }: Path): string => `… ${formatCount(omitted)} more`;

/** The chain as indented plain text, root first. */
export function pathAsText(path: Path): string {
  const lines = [
    `GC root: ${path.root ?? "unknown"}${path.weakOnly ? " (only through weak references)" : ""}`,
  ];
  const gap = omittedBefore(path);
  for (const [i, step] of path.steps.entries()) {
    const indent = "  ".repeat(Math.min(i, 20));
    if (i === gap) lines.push(`${indent}${omittedText(path)}`);
    lines.push(`${indent}${stepText(step)}`);
  }
  return lines.join("\n");
}

function stepText({ via, row }: PathStep): string {
  const edge = via === null ? "" : `${viaLabel(via)} -> `;
  return `${edge}${objectLabel(row)} @ ${row.address} (${retainedText(row)})`;
}

/** The chain as a Markdown list, root first. */
export function pathAsMarkdown(path: Path): string {
  const weak = path.weakOnly ? " (only through weak, soft, phantom or finalizer references)" : "";
  const lines = [`- GC root: **${path.root ?? "unknown"}**${weak}`];
  const gap = omittedBefore(path);
  for (const [i, { via, row }] of path.steps.entries()) {
    if (i === gap) lines.push(`- ${omittedText(path)}`);
    const edge = via === null ? "" : `${markdownCode(viaLabel(via))} → `;
    lines.push(`- ${edge}${markdownCode(objectLabel(row))} @ ${row.address}, ${retainedText(row)}`);
  }
  return lines.join("\n");
}

/** "24.4 MiB retained", or the shallow size where nothing more is known. */
export function retainedText(row: ObjectRow): string {
  return row.retained === null
    ? `${formatBytes(row.shallow)} shallow`
    : `${formatBytes(row.retained)} retained`;
}
