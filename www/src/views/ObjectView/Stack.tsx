import { useMemo } from "preact/hooks";
import { DataTable } from "../../components/DataTable";
import type { Column } from "../../components/DataTableColumns";
import { formatCount, visibleText } from "../../lib/format";
import { listSource } from "./objectColumns";

interface Frame {
  at: number;
  text: string;
}

/** The stack of an error, as the program that asked for it would print it. */
export function Stack({ frames, subject }: { frames: readonly string[]; subject: string }) {
  const source = useMemo(
    () =>
      listSource<Frame, string>(
        subject,
        frames.map((text, at) => ({ at, text })),
      ),
    [subject, frames],
  );
  return (
    <DataTable
      label="Stack trace"
      columns={COLUMNS}
      source={source}
      noun={["frame", "frames"]}
      maxRows={16}
      memory={`stack:${subject}`}
    />
  );
}

const COLUMNS: Column<Frame, string>[] = [
  {
    key: "at",
    title: "#",
    hint: "Position in the stack: 0 is where the error was made.",
    numeric: true,
    width: 56,
    cell: (frame) => <span class="mono muted">{formatCount(frame.at)}</span>,
    text: (frame) => String(frame.at),
  },
  {
    key: "frame",
    title: "Frame",
    hint: "Class, method, source file and line.",
    width: 300,
    grow: 1,
    cell: (frame) => {
      const text = visibleText(frame.text);
      return (
        <code class="clip" title={text}>
          {text}
        </code>
      );
    },
    text: (frame) => visibleText(frame.text),
  },
];
