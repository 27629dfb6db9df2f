/** Notes as text for others: Markdown, and the section of a report. Pure. */
import type { ReportFormat } from "../../engine/protocol";
import { visibleLines, visibleName } from "../../lib/format";
import type { Note } from "../../state/notes";
import { markdownField } from "../DataTableColumns";

/** A document of its own. What the person wrote is taken as Markdown; names of the dump are not. */
export function notesDocument(file: string, notes: readonly Note[]): string {
  return `# Notes on ${markdownField(visibleName(file, 120))}\n\n${sections(notes, "##")}`;
}

function sections(notes: readonly Note[], level: string): string {
  return notes
    .map(
      ({ name, address, text }) =>
        `${level} ${markdownField(visibleName(name))} at ${address}\n\n${visibleLines(text)}\n`,
    )
    .join("\n");
}

/** The report with the notes at its end. JSON is left as it is: its form is for programs. */
export function withNotes(report: string, format: ReportFormat, notes: readonly Note[]): string {
  if (notes.length === 0 || format === "json") return report;
  if (format === "md") return `${report.trimEnd()}\n\n## Notes\n\n${sections(notes, "###")}`;
  const items = notes.map(
    ({ name, address, text }) =>
      `<h3>${html(visibleName(name))} at ${html(address)}</h3>` +
      `<p style="white-space:pre-wrap;overflow-wrap:anywhere">${html(visibleLines(text))}</p>`,
  );
  const section = `<section><h2>Notes</h2>${items.join("")}</section>`;
  // The last one: earlier ones could only be text, and text is escaped.
  const end = report.lastIndexOf("</main>");
  return end < 0 ? report + section : report.slice(0, end) + section + report.slice(end);
}

const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const html = (text: string) => text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
