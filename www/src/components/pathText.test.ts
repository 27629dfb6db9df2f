import { describe, expect, it } from "vitest";
import type { ObjectRow, Path } from "../engine/protocol";
import { markdownCode, pathAsMarkdown, pathAsText, viaLabel } from "./pathText";

const row = (name: string, more: Partial<ObjectRow> = {}): ObjectRow => ({
  object: 1,
  address: "0x10",
  kind: "instance",
  class: { class: 1, name },
  name,
  value: null,
  length: null,
  shallow: 16,
  retained: 2048,
  dominated: 0,
  roots: [],
  unreachable: false,
  ...more,
});

const path: Path = {
  root: "System class",
  weakOnly: false,
  omitted: 0,
  folds: [],
  steps: [
    { via: null, row: row("class com.acme.Cache") },
    { via: "static ENTRIES", row: row("java.util.HashMap", { address: "0x20" }) },
    { via: "table", row: row("java.lang.String", { address: "0x30", value: '"a`b\u202ec"' }) },
  ],
};

describe("how a reference is read", () => {
  it.each([
    ["elementData", ".elementData"],
    ["[17]", "[17]"],
    ["static SESSIONS", "static SESSIONS"],
    ["<local>", "local variable"],
    ["<class>", "class"],
  ])("%s reads %s", (via, label) => expect(viaLabel(via)).toBe(label));

  it("shows what hides in a field's name", () => {
    expect(viaLabel("a\u202eb")).toBe(".a\\u202eb");
  });
});

describe("a path as text", () => {
  it("starts with the root and indents each step", () => {
    expect(pathAsText(path).split("\n")).toEqual([
      "GC root: System class",
      "class com.acme.Cache @ 0x10 (2.00 KiB retained)",
      "  static ENTRIES -> java.util.HashMap @ 0x20 (2.00 KiB retained)",
      '    .table -> java.lang.String "a`b\\u202ec" @ 0x30 (2.00 KiB retained)',
    ]);
  });

  it("says that only weak references lead here", () => {
    expect(pathAsText({ ...path, weakOnly: true })).toContain("only through weak references");
  });

  it("says where steps were left out", () => {
    const long = { ...path, omitted: 1_700 };
    expect(pathAsText(long).split("\n")[3]).toBe("    … 1,700 more");
    expect(pathAsMarkdown(long).split("\n")[3]).toBe("- … 1,700 more");
  });
});

describe("a path as Markdown", () => {
  it("cannot be broken out of by text of the dump", () => {
    expect(pathAsMarkdown(path)).toContain('``java.lang.String "a`b\\u202ec"``');
  });

  it("fences code by more backticks than it holds", () => {
    for (const text of ["plain", "`", "``x`", "```"]) {
      const code = markdownCode(text);
      const fence = /^`+/.exec(code)?.[0] ?? "";
      const inside = code.slice(fence.length, -fence.length);
      expect(inside.trim()).toBe(text);
      expect(inside.split(/[^`]+/).every((run) => run.length < fence.length)).toBe(true);
    }
  });
});
