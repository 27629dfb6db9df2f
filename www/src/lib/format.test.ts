import { describe, expect, it } from "vitest";
import {
  compactCount,
  countOf,
  exactBytes,
  formatBytes,
  formatCount,
  formatDuration,
  formatOffset,
  formatShare,
  isolated,
  plural,
  simpleName,
  splitJavaName,
  visibleLines,
  visibleName,
  visibleText,
} from "./format";

describe("formatBytes", () => {
  it.each([
    [0, "0 B"],
    [1, "1 B"],
    [1023, "1,023 B"],
    [1024, "1.00 KiB"],
    [25_000, "24.4 KiB"],
    [10_235, "10.0 KiB"],
    [302 * 1024 ** 2, "302 MiB"],
    [1023.6 * 1024, "1.00 MiB"],
    [1010 * 1024, "1,010 KiB"],
    [3.2 * 1024 ** 3, "3.20 GiB"],
    [5000 * 1024 ** 4, "5,000 TiB"],
    [-2048, "-2.00 KiB"],
  ])("%d is %s", (bytes, text) => expect(formatBytes(bytes)).toBe(text));

  it("never shows four digits and a fraction, at any size", () => {
    for (let bytes = 1; bytes < 2 ** 53; bytes = Math.ceil(bytes * 1.013)) {
      expect(formatBytes(bytes)).toMatch(
        /^(\d{1,3}|1,0[0-2]\d|\d{1,2}\.\d|\d\.\d\d|[\d,]+) (B|KiB|MiB|GiB|TiB)$/,
      );
    }
  });

  it("gives the last byte on demand", () => {
    expect(exactBytes(316_604_416)).toBe("316,604,416 bytes");
    expect(exactBytes(1)).toBe("1 byte");
  });
});

describe("counts and shares", () => {
  it("groups digits", () => expect(formatCount(10_342)).toBe("10,342"));
  it("knows one from many", () =>
    expect([plural(1, "object"), plural(0, "object"), plural(2, "class", "classes")]).toEqual([
      "1 object",
      "0 objects",
      "2 classes",
    ]));
  it("counts a part of many, and all of one", () =>
    expect([
      countOf(26, 10_342, ["class", "classes"]),
      countOf(1, 1, ["class", "classes"]),
      countOf(0, 1, ["row", "rows"]),
      countOf(2, 2, ["row", "rows"]),
    ]).toEqual(["26 of 10,342 classes", "1 class", "0 of 1 row", "2 rows"]));
  it.each([
    [9_999, "9,999"],
    [61_204, "61k"],
    [999_400, "999k"],
    [999_600, "1.00M"],
    [36_118_377, "36.1M"],
  ])("%d in little room is %s", (n, text) => expect(compactCount(n)).toBe(text));
  it.each([
    [0, "0 %"],
    [0.0002, "< 0.1 %"],
    [0.001, "0.1 %"],
    [0.955, "95.5 %"],
    [0.99999, "> 99.9 %"],
    [1, "100 %"],
    [Number.NaN, "0 %"],
  ])("a share of %d is %s", (n, text) => expect(formatShare(n)).toBe(text));
  it("shows offsets in both bases", () => expect(formatOffset(7936)).toBe("0x1f00 (7,936)"));
});

describe("formatDuration", () => {
  it.each([
    [0.04, "0.0 s"],
    [1.1, "1.1 s"],
    [9.97, "10 s"],
    [59.6, "1 min 00 s"],
    [185, "3 min 05 s"],
    [4320, "1 h 12 min"],
  ])("%d s is %s", (n, text) => expect(formatDuration(n)).toBe(text));
});

describe("Java names", () => {
  it.each([
    ["com.acme.Foo", "", "com.acme.", "Foo"],
    ["class com.acme.Foo$Bar", "class ", "com.acme.", "Foo$Bar"],
    ["java.lang.Object[6246]", "", "java.lang.", "Object[6246]"],
    ["java.util.Map$Entry[][]", "", "java.util.", "Map$Entry[][]"],
    ["int[]", "", "", "int[]"],
    ["com.acme.Foo$$Lambda$14/0x0000.0800", "", "com.acme.", "Foo$$Lambda$14/0x0000.0800"],
    ["com.acme.Foo$$Lambda+0x7f.a8", "", "com.acme.", "Foo$$Lambda+0x7f.a8"],
    ["", "", "", ""],
  ])("%s splits and joins", (name, prefix, pkg, simple) => {
    expect(splitJavaName(name)).toEqual({ prefix, package: pkg, simple });
    expect(prefix + pkg + simple).toBe(name);
  });

  it("drops the package", () => expect(simpleName("class com.acme.Foo")).toBe("class Foo"));
});

describe("visibleText", () => {
  it("leaves ordinary text of any script alone", () =>
    expect(visibleText("Grüße, 世界 😀 é")).toBe("Grüße, 世界 😀 é"));
  it.each([
    ["a\0b", "a␀b"],
    ["line\r\nbreak\ttab", "line␍␊break␉tab"],
    ["\u007f", "␡"],
    ["\u0085", "\\u0085"],
    ["user\u202etxt.exe", "user\\u202etxt.exe"],
    ["\u2066x\u2069", "\\u2066x\\u2069"],
    ["zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff"],
    ["\u2028", "\\u2028"],
    ["high \ud800 alone", "high \\ud800 alone"],
    ["low \udc00", "low \\udc00"],
    ["tag \u{e0041}", "tag \\u{e0041}"],
  ])("makes %j visible", (hostile, shown) => expect(visibleText(hostile)).toBe(shown));

  it("leaves nothing invisible or direction-changing in any text", () => {
    const left: number[] = [];
    for (let code = 0; code < 0x30000; code++) {
      if (/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(visibleText(String.fromCodePoint(code))))
        left.push(code);
    }
    expect(left).toEqual([]);
  });

  it("cuts with the length said", () => {
    expect(visibleText("x".repeat(200), 10)).toBe(`${"x".repeat(10)}… (200 characters)`);
    expect(visibleText("short", 10, 70_000)).toBe("short… (70,000 characters)");
  });

  it("keeps the marks that a letter may bear and spells out a flood of them", () => {
    expect(visibleText("e\u0301\u0323")).toBe("e\u0301\u0323");
    const flood = visibleText(`Z${"\u0301".repeat(6)}algo`);
    expect(flood).toBe(`Z${"\u0301".repeat(4)}\\u0301\\u0301algo`);
  });

  it("cuts names without a length: the engine has said it", () => {
    expect(visibleName("com.acme.Foo", 5)).toBe("com.a…");
    expect(visibleName("a\tb")).toBe("a␉b");
  });

  it("keeps lines of a text and shows every other control character", () =>
    expect(visibleLines("a\r\nb\u0007\u202ec")).toBe("a\nb␇\\u202ec"));

  it("sets text from right to left apart where there is no markup", () => {
    expect(isolated("שלום")).toBe("\u2068שלום\u2069");
    expect(isolated("java.lang.String")).toBe("java.lang.String");
  });

  it("does not cut a pair in two", () =>
    expect(visibleText("ab😀cd", 3)).toBe("ab… (6 characters)"));
});
