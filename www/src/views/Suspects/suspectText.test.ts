import { describe, expect, it } from "vitest";
import { FakeEngine } from "../../../test/fake-engine";
import type { Suspect } from "../../engine/protocol";
import { suspectMarkdown } from "./suspectText";

async function firstSuspect(): Promise<Suspect> {
  const report = await new FakeEngine().suspects();
  const suspect = report.ok ? report.value.suspects[0] : undefined;
  if (suspect === undefined) throw new Error("the fake engine has a suspect");
  return suspect;
}

describe("a suspect as Markdown", () => {
  it("holds headline, figures, chain and keywords", async () => {
    const text = suspectMarkdown(await firstSuspect(), null);
    expect(text).toMatch(
      /^## Suspect 1: The static list ExcelExportTaskWebSocket\.SESSIONS holds 302 MiB/,
    );
    expect(text).toContain("- Accumulation point: `java.lang.Object[6246]` @ 0xca691830");
    expect(text).toContain("4,980 × `org.apache.tomcat.websocket.WsSession`");
    expect(text).toContain("- `.elementData` → `java.lang.Object[6246]`");
    expect(text).toContain("Keywords: `com.ksh.export.ExcelExportTaskWebSocket`");
  });

  it("does not let names of the dump format the text", async () => {
    const suspect = await firstSuspect();
    const hostile: Suspect = {
      ...suspect,
      headline: [{ text: "[x](http://evil) <b> a_b*c &lt;", kind: "plain" }],
    };
    expect(suspectMarkdown(hostile, null)).toContain(
      "\\[x\\]\\(http://evil\\) \\<b\\> a\\_b\\*c \\&lt;",
    );
  });
});
