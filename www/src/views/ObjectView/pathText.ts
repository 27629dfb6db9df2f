/** Chains of references as text: for tickets, chats and search engines. Pure. */
import type { ObjectRow, Path, PathStep } from "../../engine/protocol";
import { formatBytes, visibleText } from "../../lib/format";

/** How a reference is read between two objects: ".elementData", "[17]", "static SESSIONS", "local variable". */
export function viaLabel(via: string): string {
  if (via === "<local>") return "local variable";
  if (via === "<class>") return "class";
  if (via === "<loader>" || via === "<classloader>") return "class loader";
  const text = visibleText(via);
  return /^(\[|static |<|\.)/.test(text) ? text : `.${text}`;
}

/** Name and value of an object in one line. */
export function objectLabel(row: ObjectRow): string {
  const name = visibleText(row.name, 400);
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

/** The chain as indented plain text, root first. */
export function pathAsText(path: Path): string {
  const lines = [`GC root: ${path.root ?? "unknown"}${path.weakOnly ? " (only through weak references)" : ""}`];
  for (const [i, step] of path.steps.entries()) lines.push(`${"  ".repeat(Math.min(i, 20))}${stepText(step)}`);
  return lines.join("\n");
}

function stepText({ via, row }: PathStep): string {
  const edge = via === null ? "" : `${viaLabel(via)} -> `;
  return `${edge}${objectLabel(row)} @ ${row.address} (${formatBytes(row.retained)} retained)`;
}

/** The chain as a Markdown list, root first. */
export function pathAsMarkdown(path: Path): string {
  const weak = path.weakOnly ? " (only through weak, soft, phantom or finalizer references)" : "";
  const lines = [`- GC root: **${path.root ?? "unknown"}**${weak}`];
  for (const { via, row } of path.steps) {
    const edge = via === null ? "" : `${markdownCode(viaLabel(via))} → `;
    lines.push(`- ${edge}${markdownCode(objectLabel(row))} @ ${row.address}, ${formatBytes(row.retained)} retained`);
  }
  return lines.join("\n");
}
