// @vitest-environment node
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { sealPage } from "./seal-page.mjs";

const page = (head: string, body = "") =>
  `<!doctype html><html><head><meta charset="utf-8" />${head}</head><body>${body}</body></html>`;
const hash = (text: string) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
const policyOf = (html: string) =>
  /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/.exec(html)?.[1]?.split("; ");

describe("the policy of the page", () => {
  it("refuses every connection and every form", () => {
    const policy = policyOf(sealPage(page("")));
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("connect-src 'none'");
    expect(policy).toContain("form-action 'none'");
  });

  it("allows each script of the page by its hash, wherever it stands", () => {
    const html = page("<script>early()</script>", '<script type="module">main()</script>');
    const allowed = `script-src ${hash("early()")} ${hash("main()")} 'wasm-unsafe-eval'`;
    expect(policyOf(sealPage(html))).toContain(allowed);
  });

  it("allows each style sheet by its hash, and none when there is none", () => {
    const policy = policyOf(sealPage(page("<style>p{}</style>")));
    expect(policy).toContain(`style-src ${hash("p{}")}`);
    expect(policyOf(sealPage(page("")))).toContain("style-src 'none'");
  });

  it("hashes what the browser will see of Windows line ends", () => {
    const policy = policyOf(sealPage(page("<style>p{}\r\nb{}</style>")));
    expect(policy).toContain(`style-src ${hash("p{}\nb{}")}`);
  });

  it("stands ahead of everything it governs", () => {
    const sealed = sealPage(page("<script>a()</script>"));
    expect(sealed.indexOf("Content-Security-Policy")).toBeLessThan(sealed.indexOf("<script>"));
  });

  it("is written once: a page that has one is refused", () => {
    expect(() => sealPage(sealPage(page("")))).toThrow(/must not hold a policy/);
  });

  it("has nowhere to stand in a page without a head", () => {
    expect(() => sealPage("<p>text</p>")).toThrow(/needs a <head>/);
  });
});
