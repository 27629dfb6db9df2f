/** Copying and saving whole texts, of any length, without holding up the page. */
import { plural } from "../../lib/format";
import type { Failure, OnShare } from "../../lib/pieces";
import { saveFile } from "../../lib/save";
import { engine, whileThisDump } from "../../state/session";
import { copyAndTell } from "../Copy";
import { toast } from "../Toast";
import { type FileEncoding, textFile, wholeText } from "./pieces";
import type { ViewedText } from "./viewed";

/** Characters that a clipboard takes without freezing what reads it. */
export const MOST_COPIED = 8 << 20;

const ask: Parameters<typeof wholeText>[0] = (place, start, count) =>
  engine().text(place, start, count);

/** Copies the whole text, exactly as the program had it. */
export async function copyWhole({ place }: ViewedText): Promise<void> {
  // Another dump has other texts under the same numbers.
  const isSame = whileThisDump();
  const whole = await wholeText(ask, place, () => !isSame());
  if (!whole.ok) return tell(whole.error);
  await copyAndTell(whole.value, `${plural(whole.value.length, "character")} copied`);
}

const NOTES: Record<FileEncoding, string> = {
  "UTF-8": "Saved as UTF-8",
  "UTF-16": "Saved as UTF-16: it holds lone surrogates, which UTF-8 cannot express",
  bytes: "Saved byte by byte",
};

/** Saves the whole text; `onShare` hears how far it is. */
export async function saveWhole(
  { place, file }: ViewedText,
  onShare: OnShare,
  stop: () => boolean = () => false,
): Promise<void> {
  const isSame = whileThisDump();
  const whole = await textFile(ask, place, onShare, () => stop() || !isSame());
  if (!whole.ok) return tell(whole.error);
  const { blob, encoding } = whole.value;
  saveFile(blob, `${file}.${encoding === "bytes" ? "bin" : "txt"}`);
  toast(NOTES[encoding]);
}

/** Says why something was not saved, unless the person wanted it so. */
export function tell(failure: Failure): void {
  if (failure !== "stopped") toast(failure.message);
}
