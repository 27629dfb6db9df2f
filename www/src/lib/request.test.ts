import { describe, expect, it } from "vitest";
import { classSet, requestParts, requestText, retainedSet, rowSet } from "./request";

describe("requests as text", () => {
  it("come back as they were written", () => {
    const inner = requestText({
      name: "find-strings",
      of: classSet(7),
      arguments: { text: "a&b=c ~#%" },
    });
    const parts = {
      name: "objects",
      of: retainedSet(rowSet(inner, 3)),
      arguments: { z: "1", a: "ü" },
    };
    expect(requestParts(requestText(parts))).toEqual(parts);
  });

  it("leave out what is empty, and name a question alone without a mark", () => {
    expect(requestText({ name: "classes", of: null, arguments: { text: "" } })).toBe("classes");
    expect(requestParts("classes")).toEqual({ name: "classes", of: null, arguments: {} });
  });

  it("hold no tilde, which divides them from what is about the rows", () => {
    expect(requestText({ name: "a", of: null, arguments: { x: "~" } })).toBe("a?x=%7E");
  });
});
