/**
 * Checks that the built page is what it promises: one file, small, that refers to nothing else.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { command, Failure, root } from "./run.mjs";

export const PAGE = join(root, "dist/index.html");

/** Bytes of the page as a server sends it (gzip). */
export const SIZE_BUDGET = 1_000_000;

/** Names that look like addresses but are never fetched: the namespaces of SVG, MathML and so on. */
const NAMESPACES = /^https?:\/\/www\.w3\.org\//;
const ADDRESS = /\b(?:https?|wss?|ftp):\/\/[^\s"'`<>)\\]+/gi;
/** An attribute that loads or leads somewhere, in the markup. */
const REFERENCE =
  /\s(?:src|srcset|href|xlink:href|action|formaction|data|poster|ping|background|manifest)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))/gi;
const INSIDE = /^(?:data:|blob:|#|$)/i;
const STYLE_REFERENCE = /@import\b|url\(\s*["']?(?!data:|blob:|#)[^)]*\)/gi;
const RAW = /<(script|style)\b([^>]*)>([\s\S]*?)<\/\1>/gi;

/**
 * What is wrong with a page.
 * @param {string} html
 * @returns {string[]} one sentence each; empty when all is well
 */
export function problemsOf(html) {
  const markup = html.replace(RAW, "<$1$2></$1>");
  const blocks = [...html.matchAll(RAW)];
  const styles = blocks.filter(([, tag]) => tag?.toLowerCase() === "style");
  return [
    ...addresses(html),
    ...references(markup),
    ...styles.flatMap(([, , , css = ""]) => styleReferences(css)),
    ...handlers(markup),
    ...policies(html),
    ...weight(html),
  ];
}

/** @param {string} html */
function addresses(html) {
  const found = [...html.matchAll(ADDRESS)].map(([address]) => address);
  const foreign = [...new Set(found.filter((address) => !NAMESPACES.test(address)))];
  return foreign.map((address) => `It names the address ${address}.`);
}

/** @param {string} markup */
function references(markup) {
  const found = [...markup.matchAll(REFERENCE)].map(([, a, b, c]) => a ?? b ?? c ?? "");
  const outside = found.filter((reference) => !INSIDE.test(reference.trim()));
  return outside.map((reference) => `It refers to another file: ${reference}`);
}

/** @param {string} css */
function styleReferences(css) {
  return [...css.matchAll(STYLE_REFERENCE)].map(([found]) => `Its styles refer to ${found}`);
}

/** @param {string} markup */
function handlers(markup) {
  const found = [...markup.matchAll(/<[a-z][^>]*?\s(on[a-z]+|style)\s*=/gi)];
  return found.map(([, name]) => `An inline ${name} attribute: the policy blocks it.`);
}

/** @param {string} html */
function policies(html) {
  const policy = /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/.exec(html)?.[1];
  if (policy === undefined) return ["It has no content security policy."];
  const rules = ["default-src 'none'", "connect-src 'none'", "worker-src blob:"];
  const missing = rules.filter((rule) => !policy.split("; ").includes(rule));
  const unsafe = /'unsafe-(?:inline|eval|hashes)'/.exec(policy);
  return [
    ...missing.map((rule) => `Its policy lacks ${rule}.`),
    ...(unsafe === null ? [] : [`Its policy allows ${unsafe[0]}.`]),
  ];
}

/** @param {string} html */
function weight(html) {
  const size = gzipSync(html).length;
  return size <= SIZE_BUDGET ? [] : [`It has ${size} bytes (gzip), more than ${SIZE_BUDGET}.`];
}

/** Checks dist/ and says the size of the page. */
export function checkPage() {
  const html = readFileSync(PAGE, "utf8");
  const others = readdirSync(join(root, "dist")).filter((name) => name !== "index.html");
  const problems = [
    ...others.map((name) => `dist holds another file: ${name}`),
    ...problemsOf(html),
  ];
  if (problems.length > 0) {
    throw new Failure(["dist/index.html must be one self-contained file.", ...problems].join("\n"));
  }
  const kilobytes = (/** @type {number} */ bytes) => `${(bytes / 1000).toFixed(0)} kB`;
  const size = kilobytes(Buffer.byteLength(html));
  console.log(`dist/index.html: ${size}, ${kilobytes(gzipSync(html).length)} with gzip`);
}

await command(import.meta.url, checkPage);
