import { describe, expect, it } from "vitest";
import { csvLine, fittingColumns, gridTemplate, tsvField, tsvTable } from "./DataTableColumns";

describe("tab-separated text", () => {
  it("keeps one row on one line", () => {
    expect(tsvField("a\tb\r\nc\u2028d")).toBe("a␉b␍␊c\\u2028d");
  });

  it("does not let a spreadsheet run text of the dump", () => {
    expect(tsvField("=HYPERLINK(1)")).toBe("'=HYPERLINK(1)");
    expect(tsvField("@SUM(A1)")).toBe("'@SUM(A1)");
    expect(tsvField("-12.5")).toBe("-12.5");
    expect(tsvField("  =1+1")).toBe("'  =1+1");
    expect(tsvField("＝1+1")).toBe("'＝1+1");
    expect(tsvField("\t=1+1")).toBe("␉=1+1");
  });

  it("heads the columns", () => {
    const columns = [
      { title: "Class", text: (row: { name: string }) => row.name },
      { title: "Length", text: (row: { name: string }) => String(row.name.length) },
    ];
    expect(tsvTable(columns, [{ name: "ab" }, { name: "c" }])).toBe("Class\tLength\nab\t2\nc\t1");
  });
});

describe("comma-separated text", () => {
  const columns = [
    { text: (row: string[]) => row[0] ?? "" },
    { text: (row: string[]) => row[1] ?? "" },
  ];

  it("quotes what would break a line apart, and defuses formulas", () => {
    expect(csvLine(columns, ['a "b", c', "=1+1"])).toBe('"a ""b"", c",\'=1+1');
    expect(csvLine(columns, ["x\ny", "12"])).toBe("x␊y,12");
  });
});

describe("columns", () => {
  const columns = [{ width: 200, grow: 2 }, { width: 80 }, { width: 100, hideBelow: 600 }];

  it("leave out what does not fit, and nothing while the width is unknown", () => {
    expect(fittingColumns(columns, 599)).toHaveLength(2);
    expect(fittingColumns(columns, 600)).toHaveLength(3);
    expect(fittingColumns(columns, 0)).toHaveLength(3);
  });

  it("leave out first what a narrow table drops first, where they do not fit side by side", () => {
    const many = [
      { width: 200 },
      { width: 100, hideBelow: 300 },
      { width: 100, hideBelow: 400 },
      { width: 100, hideBelow: 300 },
    ];
    const ranks = (width: number) => fittingColumns(many, width).map((c) => many.indexOf(c));
    expect(ranks(524)).toEqual([0, 1, 2, 3]);
    expect(ranks(523)).toEqual([0, 1, 3]);
    expect(ranks(423)).toEqual([0, 1]);
    expect(ranks(10)).toEqual([0]);
  });

  it("share spare width among those that grow", () => {
    expect(gridTemplate(columns)).toBe("minmax(200px, 2fr) 80px 100px");
  });
});
