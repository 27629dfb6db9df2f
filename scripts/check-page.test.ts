// @vitest-environment node
import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { problemsOf, SIZE_BUDGET } from "./check-page.mjs";
import { sealPage } from "./seal-page.mjs";

interface Parts {
  head?: string;
  body?: string;
}

const page = ({ head = "", body = "" }: Parts = {}) =>
  sealPage(
    `<!doctype html><html><head><meta charset="utf-8">${head}</head><body>${body}</body></html>`,
  );

describe("a page that is one self-contained file", () => {
  it("has no problems", () => {
    const head = `<link rel="icon" href="data:,"><style>a{background:url(data:image/png;base64,AA)}</style>`;
    const body = `<a href="#help">Help</a><script type="module">const a = "text"</script>`;
    expect(problemsOf(page({ head, body }))).toEqual([]);
  });

  it("may name the namespace of SVG, which nobody fetches", () => {
    const body = `<script>document.createElementNS("http://www.w3.org/2000/svg", "g")</script>`;
    expect(problemsOf(page({ body }))).toEqual([]);
  });
});

describe("a page is refused", () => {
  const refused: [why: string, parts: Parts, problem: RegExp][] = [
    ["for a script of another file", { body: `<script src="main.js"></script>` }, /main\.js/],
    ["for a style sheet of another file", { head: `<link rel=stylesheet href=a.css>` }, /a\.css/],
    ["for an image of another file", { body: `<img src='logo.png' alt="">` }, /logo\.png/],
    ["for a link to another site", { body: `<a href="https://x.test/">x</a>` }, /x\.test/],
    ["for an address in a script", { body: `<script>f("wss://x.test/s")</script>` }, /x\.test/],
    ["for a style that imports", { head: `<style>@import "a.css";</style>` }, /@import/],
    ["for a style that loads", { head: `<style>p{background:url(a.png)}</style>` }, /url\(a\.png/],
    ["for a form that sends", { body: `<form action="/send"></form>` }, /\/send/],
    ["for an inline style attribute", { body: `<p style="color:red">` }, /inline style/],
    ["for an inline handler", { body: `<button onclick="f()">` }, /inline onclick/],
  ];
  it.each(refused)("%s", (_why, parts, problem) => {
    expect(problemsOf(page(parts)).join("\n")).toMatch(problem);
  });

  it("without a policy", () => {
    expect(problemsOf("<head></head>")).toEqual(["It has no content security policy."]);
  });

  it("when its policy lets connections out", () => {
    const html = page().replace("connect-src 'none'", "connect-src *");
    expect(problemsOf(html)).toEqual(["Its policy lacks connect-src 'none'."]);
  });

  it("when its policy allows any inline script", () => {
    const html = page().replace("'wasm-unsafe-eval'", "'unsafe-inline'");
    expect(problemsOf(html)).toEqual(["Its policy allows 'unsafe-inline'."]);
  });

  it("when it is too large to send", () => {
    // Two hexadecimal digits hold one byte that cannot be compressed.
    const body = `<p>${randomBytes(SIZE_BUDGET).toString("hex")}</p>`;
    expect(problemsOf(page({ body })).join("\n")).toMatch(/bytes \(gzip\), more than/);
  });
});
