import { describe, expect, it } from "vitest";
import { factsOf } from "../../../test/fake-load";
import { preciseShare, sizesText } from "./SizeModel";

const known = factsOf({ fileName: "a.hprof", fileBytes: 1, dump: 1, dumps: 1 }, false);
const layout = known.layout as NonNullable<typeof known.layout>;

describe("the size model in words", () => {
  it("names the layout, the share of neighbours that agree, and the classes without evidence", () => {
    expect(sizesText(known)).toBe(
      "Found in this dump: headers of 12 bytes (compressed class pointers), compressed references of 4 bytes, " +
        "objects aligned to 8 bytes, fields that fill gaps, as since JDK 15. " +
        "99.76 % of 690,000 neighbouring pairs agree. " +
        "37 classes have no neighbour to tell their size: they follow the layout.",
    );
  });

  it("knows the other headers", () => {
    const header = (headerBytes: number, wordBytes = 8) =>
      sizesText({
        ...known,
        layout: { ...layout, layout: { ...layout.layout, headerBytes, wordBytes } },
      });
    expect(header(8)).toContain("compact headers of 8 bytes");
    expect(header(16)).toContain("headers of 16 bytes (full class pointers)");
    expect(header(8, 4)).toContain("headers of 8 bytes (32-bit JVM), full references");
  });

  it("admits when the neighbours disagree or there are none", () => {
    const pairs = (neighbours: number, agreeingNeighbours: number) =>
      sizesText({ ...known, layout: { ...layout, neighbours, agreeingNeighbours } });
    expect(pairs(1000, 120)).toContain("Only 12.00 % of 1,000 neighbouring pairs agree.");
    expect(pairs(0, 0)).toContain("nothing confirms it");
  });

  it("speaks of MAT's formulas when those are chosen", () => {
    expect(sizesText({ ...known, sizeModel: "mat", layout: null })).toContain("Eclipse MAT");
  });

  it("never rounds up to all", () => {
    expect(preciseShare(187_119, 187_120)).toBe("99.99 %");
    expect(preciseShare(187_120, 187_120)).toBe("100 %");
    expect(preciseShare(0, 5)).toBe("0.00 %");
  });
});
