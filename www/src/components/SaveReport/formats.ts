/** The formats of reports, as a person chooses between them. */
import type { ReportFormat } from "../../engine/protocol";

interface FormatChoice {
  format: ReportFormat;
  name: string;
  meaning: string;
  type: string;
}

export const FORMATS: readonly FormatChoice[] = [
  {
    format: "html",
    name: "HTML",
    meaning: "one page to read, print or attach",
    type: "text/html;charset=utf-8",
  },
  {
    format: "md",
    name: "Markdown",
    meaning: "to paste into a ticket",
    type: "text/markdown;charset=utf-8",
  },
  { format: "json", name: "JSON", meaning: "for programs", type: "application/json" },
];

/** `app.hprof.gz` gives `app-report.html`. */
export function reportName(dump: string, format: ReportFormat): string {
  const name = dump.replace(/\.gz$/i, "").replace(/\.hprof$/i, "");
  // The end must survive where the name is cut.
  return `${name.slice(0, 80)}-report.${format}`;
}
