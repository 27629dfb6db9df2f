/**
 * Numbers, Java names and foreign text as a person reads them. Pure functions.
 */

const GROUPED = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const BYTE_UNITS = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

/** At least three significant digits, never more than needed: 9.99, 24.4, 302, 1,008. */
function threeDigits(value: number): string {
  if (value >= 99.95) return GROUPED.format(Math.round(value));
  return value >= 9.995 ? value.toFixed(1) : value.toFixed(2);
}

/** Bytes in binary units with three significant digits: "302 MiB". */
export function formatBytes(bytes: number): string {
  if (bytes < 0) return `-${formatBytes(-bytes)}`;
  let unit = 0;
  let value = bytes;
  // 1023.5 KiB would round to "1,024 KiB": that is 1.00 MiB.
  while (value >= (unit === 0 ? 1024 : 1023.5) && unit < BYTE_UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return unit === 0 ? `${GROUPED.format(value)} B` : `${threeDigits(value)} ${BYTE_UNITS[unit]}`;
}

/** Bytes to the last one, for titles and copying: "316,604,416 bytes". */
export function exactBytes(bytes: number): string {
  return `${GROUPED.format(bytes)} ${bytes === 1 ? "byte" : "bytes"}`;
}

/** A count with grouped digits: "10,342". */
export function formatCount(count: number): string {
  return GROUPED.format(count);
}

/** "1 object", "10,342 objects". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** How many of how many: "26 of 10,342 classes", "10,342 classes" where it is all of them. */
export function countOf(part: number, total: number, noun: readonly [string, string]): string {
  const all = plural(total, ...noun);
  return part === total ? all : `${formatCount(part)} of ${all}`;
}

/** A count in little room: "61k", "36.1M". */
export function compactCount(count: number): string {
  if (count < 10_000) return formatCount(count);
  if (count < 999_500) return `${Math.round(count / 1000)}k`;
  return `${threeDigits(count / 1e6)}M`;
}

/** A share 0..1 as percent: "95.5 %", "< 0.1 %", "0 %". */
export function formatShare(share: number): string {
  if (!Number.isFinite(share) || share <= 0) return "0 %";
  const percent = share * 100;
  if (percent < 0.1) return "< 0.1 %";
  if (percent >= 99.95) return share >= 1 ? "100 %" : "> 99.9 %";
  return `${percent.toFixed(1)} %`;
}

/** A time span: "0.4 s", "12 s", "3 min 05 s", "1 h 12 min". */
export function formatDuration(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
  const minutes = Math.round(whole / 60);
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

/** A moment in local time: "22 Nov 2026 04:41". */
export function formatMoment(milliseconds: number): string {
  const date = new Date(milliseconds);
  if (Number.isNaN(date.getTime())) return "unknown";
  const month = date.toLocaleString("en-GB", { month: "short" });
  const clock = `${String(date.getHours()).padStart(2, "0")}:${String(date.getMinutes()).padStart(2, "0")}`;
  return `${date.getDate()} ${month} ${date.getFullYear()} ${clock}`;
}

/** A file offset as tools show it: "0x1f00 (7,936)". */
export function formatOffset(offset: number): string {
  return `0x${offset.toString(16)} (${GROUPED.format(offset)})`;
}

/** A Java name in its parts; joined they give the name back. */
export interface JavaName {
  /** "class " for class objects, else empty. */
  prefix: string;
  /** "java.util." with its last dot, or empty. */
  package: string;
  /** "HashMap$Node[16]". */
  simple: string;
}

/**
 * Splits "class com.acme.Foo", "java.lang.Object[6246]" or "com.acme.Foo$$Lambda/0x0800.1".
 * What follows a bracket, slash or plus is not part of the package.
 */
export function splitJavaName(name: string): JavaName {
  const prefix = name.startsWith("class ") ? "class " : "";
  const rest = name.slice(prefix.length);
  const end = rest.search(/[[/+<(\s"]/);
  const dot = rest.lastIndexOf(".", end < 0 ? rest.length : end);
  return { prefix, package: rest.slice(0, dot + 1), simple: rest.slice(dot + 1) };
}

/** The name without its package: "HashMap$Node[16]", "class Foo". */
export function simpleName(name: string): string {
  const parts = splitJavaName(name);
  return parts.prefix + parts.simple;
}

/** Longest foreign text shown in one line. */
export const VISIBLE_LIMIT = 160;

/**
 * Text from a dump made harmless and visible: control characters, bidirectional overrides, zero-width
 * characters, lone surrogates and floods of combining marks appear as symbols or escapes, so that nothing can pose
 * as something else.
 * Longer than `max` UTF-16 units it is cut and says how long it was (`total` if the engine had cut it already).
 */
export function visibleText(text: string, max = VISIBLE_LIMIT, total = text.length): string {
  const end = cutBefore(text, max);
  const out = visible(text.slice(0, end));
  return end < total ? `${out}… (${formatCount(total)} characters)` : out;
}

/** Longest name shown; the engine leaves out the middle of longer ones and says how long they are. */
export const NAME_LIMIT = 1024;

/** A name of the dump made visible like `visibleText`; where it is cut it ends in an ellipsis only. */
export function visibleName(name: string, max = NAME_LIMIT): string {
  const end = cutBefore(name, max);
  return end < name.length ? `${visible(name.slice(0, end))}…` : visible(name);
}

/**
 * Text in a place that knows no markup, such as a tooltip: one with letters that run from right to left is kept
 * apart from what follows it, so that figures behind it stay behind it.
 */
export function isolated(text: string): string {
  return RIGHT_TO_LEFT.test(text) ? `\u2068${text}\u2069` : text;
}

/** Hebrew, Arabic and their like. */
const RIGHT_TO_LEFT =
  /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** Where to cut; not within a surrogate pair: the half would look like damage in the dump. */
function cutBefore(text: string, max: number): number {
  const end = Math.min(text.length, max);
  const within =
    end < text.length && isHigh(text.charCodeAt(end - 1)) && isLow(text.charCodeAt(end));
  return within ? end - 1 : end;
}

/** Marks that one letter bears in any language; more only hide the lines above and below. */
const MOST_MARKS = 4;
const MARK = /\p{M}/u;

function visible(text: string): string {
  let out = "";
  let marks = 0;
  for (const char of text) {
    marks = char > "\u02ff" && MARK.test(char) ? marks + 1 : 0;
    out += marks > MOST_MARKS ? escaped(char) : visibleChar(char);
  }
  return out;
}

const isHigh = (unit: number) => unit >= 0xd800 && unit <= 0xdbff;
const isLow = (unit: number) => unit >= 0xdc00 && unit <= 0xdfff;

/** Characters without a shape of their own, or that change how their neighbours are shown. */
export const INVISIBLE =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u115f\u1160\u2800\u3164\uffa0]|\u034f|\u17b4|\u17b5|[\u180b-\u180e]|[\ufe00-\ufe0f]/u;

function visibleChar(char: string): string {
  if (!INVISIBLE.test(char)) return char;
  const code = char.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  if (code === 0x7f) return "\u2421";
  return escaped(char);
}

function escaped(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, "0")}`;
}

/** Text of several lines: its line breaks stay, every other control character becomes visible. */
export function visibleLines(text: string): string {
  return text
    .split(/\r\n|\n/)
    .map((line) => visibleText(line, Number.MAX_SAFE_INTEGER))
    .join("\n");
}

/** A decoded value as shown after a name: strings in quotes, visible, cut. */
export function quoted(value: string, max = 80): string {
  return `"${visibleText(value, max)}"`;
}
