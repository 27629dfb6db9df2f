import { useEffect, useMemo, useState } from "preact/hooks";
import { DataTable, type RowSource } from "../../components/DataTable";
import type { Column } from "../../components/DataTableColumns";
import { SaveButton } from "../../components/SaveButton";
import { ErrorPanel } from "../../components/States";
import { tell } from "../../components/TextViewer/actions";
import { toast } from "../../components/Toast";
import type { EngineError, ObjectRow, Window } from "../../engine/protocol";
import { formatBytes, formatCount } from "../../lib/format";
import type { OnShare } from "../../lib/pieces";
import { saveFile } from "../../lib/save";
import { engine, whileThisDump } from "../../state/session";
import {
  HEX_LINE,
  type HexLine,
  hexAsText,
  hexLines,
  hexText,
  imageSize,
  wholeBytes,
} from "./bytes";

/** The bytes of a primitive array, sixteen a line, as hexadecimal and as text. */
export function HexTable({ row, dump, type }: { row: ObjectRow; dump: string; type: string }) {
  const key = `${dump}:${row.object}:hex`;
  const [width, setWidth] = useState(type === "byte" ? 1 : 0);
  const source = useMemo<RowSource<HexLine, string, Window<HexLine>>>(
    () => ({
      key,
      fetch: async (_query, start, count) => {
        const answer = await engine().bytes(row.object, start * HEX_LINE, count * HEX_LINE);
        if (!answer.ok) return answer;
        setWidth(answer.value.width);
        const lines = Math.ceil(answer.value.total / HEX_LINE);
        return {
          ok: true,
          value: { rows: hexLines(answer.value), start, matching: lines, total: lines },
        };
      },
    }),
    [key],
  );
  return (
    <DataTable
      label="Elements"
      columns={hexColumns(Math.max(1, width), type)}
      source={source}
      noun={["line", "lines"]}
      maxRows={16}
      memory={`elements:${key}`}
    />
  );
}

function hexColumns(width: number, type: string): Column<HexLine, string>[] {
  const hex = (line: HexLine) => hexText(line.bytes, width);
  const text = (line: HexLine) => hexAsText(line.bytes, type === "char");
  return [
    {
      key: "index",
      title: "Index",
      hint: "Position of the first element of the line, from 0.",
      numeric: true,
      width: 84,
      cell: (line) => <span class="mono muted">{formatCount(line.index)}</span>,
      text: (line) => String(line.index),
    },
    {
      key: "hex",
      title: "Hex",
      hint: "Sixteen bytes a line in hexadecimal, the highest byte of an element first.",
      width: 376,
      cell: (line) => <code class="values">{hex(line)}</code>,
      text: hex,
    },
    {
      key: "text",
      title: "Text",
      hint:
        type === "char"
          ? "The characters; a dot for what is not printable."
          : "The same bytes as ASCII; a dot for what is not printable.",
      width: 150,
      grow: 1,
      cell: (line) => <code class="values">{text(line)}</code>,
      text,
    },
  ];
}

/** Saves the bytes of a primitive array as they are in the dump. */
export function SaveBytes({ row }: { row: ObjectRow }) {
  return (
    <SaveButton
      label="Save as a file"
      title="Saves all elements as raw bytes, the highest byte of each first"
      class="link"
      save={(onShare, stop) => saveBytes(row, onShare, stop)}
    />
  );
}

async function saveBytes(row: ObjectRow, onShare: OnShare, stop: () => boolean): Promise<void> {
  const isSame = whileThisDump();
  const whole = await wholeBytes(
    (...args) => engine().bytes(...args),
    row.object,
    () => stop() || !isSame(),
    onShare,
  );
  if (!whole.ok) return tell(whole.error);
  const { blobs, total } = whole.value;
  const file = new Blob(blobs, { type: "application/octet-stream" });
  saveFile(file, `bytes-${row.address}.bin`);
  toast(
    file.size < total
      ? "Saved what the dump holds of it: the dump ends early"
      : "Saved byte by byte",
  );
}

/** Larger files and pictures are shown only when that is asked for: decoding them takes memory. */
const EAGER_BYTES = 8 << 20;
const EAGER_PIXELS = 40_000_000;
/** Bytes of a picture that are shown at all. */
const MOST_BYTES = 64 << 20;

type Picture =
  | { state: "reading" }
  | { state: "large"; size: [number, number] | null; url: string }
  | { state: "shown"; size: [number, number] | null; url: string }
  | { state: "broken"; size: [number, number] | null }
  | { state: "failed"; error: EngineError };

/** The picture in a `byte[]`: only formats that are pixels; its bytes never leave the page. */
export function ImageValue({ row, type }: { row: ObjectRow; type: string }) {
  const length = row.length ?? 0;
  const [wanted, setWanted] = useState(length <= EAGER_BYTES);
  const [picture, setPicture] = useState<Picture>({ state: "reading" });
  useEffect(() => {
    if (!wanted || length > MOST_BYTES) return;
    let left = false;
    let url: string | null = null;
    const isSame = whileThisDump();
    void wholeBytes(
      (...args) => engine().bytes(...args),
      row.object,
      () => left || !isSame(),
    ).then((whole) => {
      if (!whole.ok) {
        if (whole.error !== "stopped") setPicture({ state: "failed", error: whole.error });
        return;
      }
      url = URL.createObjectURL(new Blob(whole.value.blobs, { type }));
      const size = imageSize(type, whole.value.first);
      const small = size !== null && size[0] * size[1] <= EAGER_PIXELS;
      setPicture({ state: small ? "shown" : "large", size, url });
    });
    return () => {
      left = true;
      if (url !== null) URL.revokeObjectURL(url);
    };
  }, [row.object, type, wanted]);
  if (length > MOST_BYTES) {
    return <p class="soft">It is too large to be shown: {formatBytes(length)}. Save it instead.</p>;
  }
  if (!wanted) return <Show label={formatBytes(length)} onClick={() => setWanted(true)} />;
  const name = type.slice("image/".length).toUpperCase();
  switch (picture.state) {
    case "reading":
      return <p class="soft">Reading the image…</p>;
    case "failed":
      return <ErrorPanel error={picture.error} />;
    case "large":
      return (
        <Show
          label={picture.size === null ? "its size is not known" : pixels(picture.size)}
          onClick={() => setPicture({ ...picture, state: "shown" })}
        />
      );
    case "broken":
      return <p class="soft">It begins like an image ({name}) but the browser cannot read it.</p>;
    case "shown": {
      const what = picture.size === null ? name : `${name}, ${pixels(picture.size)}`;
      return (
        <figure class="image-value">
          <img
            src={picture.url}
            alt={`Content of the array: ${what}`}
            onError={() => setPicture({ state: "broken", size: picture.size })}
          />
          <figcaption class="soft">
            {what}, {formatBytes(length)}
          </figcaption>
        </figure>
      );
    }
  }
}

function Show({ label, onClick }: { label: string; onClick: () => void }) {
  return (
    <button type="button" class="link" onClick={onClick}>
      Show the image ({label})
    </button>
  );
}

const pixels = ([width, height]: [number, number]) =>
  `${formatCount(width)} × ${formatCount(height)} pixels`;
