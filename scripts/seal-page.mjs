/**
 * Writes the content security policy into the built page, so that the browser itself enforces
 * that nothing leaves it: no connection may be opened, and only the scripts and styles in the
 * file, named by their hashes, may run.
 *
 * The worker is started from a Blob, and such a worker inherits the policy; one that is loaded
 * from an address would not. Navigation is not covered by any policy of a page.
 */
import { createHash } from "node:crypto";
import { Failure } from "./run.mjs";

const SCRIPT = /<script\b[^>]*>([\s\S]*?)<\/script>/gi;
const STYLE = /<style\b[^>]*>([\s\S]*?)<\/style>/gi;
const POLICY = /<meta\b[^>]*http-equiv\s*=\s*["']?content-security-policy/i;

/**
 * @param {string} html page whose scripts and styles are all inline, without a policy
 * @returns {string} the page with its policy, ahead of all that the policy governs
 */
export function sealPage(html) {
  if (POLICY.test(html)) {
    throw new Failure("www/index.html must not hold a policy: the build writes it.");
  }
  const head = /<head\b[^>]*>\s*(?:<meta\s+charset[^>]*>)?/i.exec(html);
  if (head === null) throw new Failure("www/index.html needs a <head>.");
  const at = head.index + head[0].length;
  const meta = `<meta http-equiv="Content-Security-Policy" content="${policy(html)}">`;
  return html.slice(0, at) + meta + html.slice(at);
}

/** @param {string} html */
function policy(html) {
  return [
    "default-src 'none'",
    "connect-src 'none'",
    `script-src ${[...hashes(html, SCRIPT), "'wasm-unsafe-eval'"].join(" ")}`,
    "worker-src blob:",
    `style-src ${hashes(html, STYLE).join(" ") || "'none'"}`,
    "img-src data: blob:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

/** @param {string} html @param {RegExp} element */
function hashes(html, element) {
  const contents = [...html.matchAll(element)].map(([, content = ""]) => content);
  return [...new Set(contents)].map((content) => {
    // A browser reads line ends as \n before it hashes.
    const text = content.replace(/\r\n?/g, "\n");
    return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  });
}
