import { describe, expect, it } from "vitest";
import { factsOf } from "../../../test/fake-load";
import { messageText, missingText, odditiesText, severityCounts } from "./text";

const FILE = { fileName: "cut.hprof", fileBytes: 351_272_960, dump: 1, dumps: 1 };

describe("oddities in words", () => {
  it("counts them by how much they matter", () => {
    const { warnings } = factsOf(FILE, true);
    expect(severityCounts(warnings)).toBe("2 things missing");
    expect(severityCounts([])).toBe("");
  });

  it("says of a cut file where it ends, what is missing, and what stands in", () => {
    const end = { readUpTo: 7936, missing: 1_048_576, rootsStandIn: true, compressed: true };
    const text = missingText(end);
    expect(text).toContain("offset 0x1f00 (7,936) of the uncompressed dump");
    expect(text).toContain("declares 1.00 MiB (1,048,576 bytes) more than the file holds");
    expect(text).toContain("stand in for them");
    expect(missingText({ ...end, missing: null })).toContain("the file does not tell");
    expect(missingText({ ...end, missing: 0 })).toContain("The record there is complete");
    expect(missingText({ ...end, rootsStandIn: false })).not.toContain("stand in");
  });

  it("have their long numbers in groups", () =>
    expect(messageText("1042902 bytes at 0x1042902, 9999 left")).toBe(
      "1,042,902 bytes at 0x1042902, 9999 left",
    ));

  it("are copied with counts and offsets", () => {
    const text = odditiesText(factsOf(FILE, true));
    expect(text).toContain("cut.hprof");
    expect(text).toContain(
      "- 1,204 x References to objects that the dump does not hold., first at offset 0x5000 (20,480) [danglingReference]",
    );
    expect(odditiesText(factsOf(FILE, false))).toContain("Nothing.");
  });
});
