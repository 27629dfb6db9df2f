import { cleanup, render, screen, within } from "@testing-library/preact";
import { afterEach, describe, expect, it } from "vitest";
import { calmReport, calmVerdict, leakReport, leakVerdict } from "../../../test/fake-suspects";
import type { Verdict as VerdictData } from "../../engine/protocol";
import { Verdict } from "./Verdict";
import { versionText } from "./versionText";

afterEach(cleanup);

function show(verdict: VerdictData) {
  render(<Verdict verdict={verdict} report={leakReport()} />);
}

describe("the verdict", () => {
  it("leads with the known leak's remedy, and names its evidence and sources", () => {
    show(leakVerdict());
    const remedies = screen.getByRole("region", { name: "What to do" });
    expect(remedies.textContent).toMatch(/^What to do\. Remove the session from each collection/);
    expect(remedies.textContent).toContain("4,980 WsSession piled up");
    expect(remedies.textContent).toContain("tomcat-embed-websocket-9.0.70.jar");
    expect(within(remedies).getByText("Jakarta WebSocket specification")).toBeTruthy();
    expect(screen.getByText(/High confidence/)).toBeTruthy();
  });

  it("gives advice of its own where no leak is known", () => {
    const remedy = [{ text: "Bound the queue.", kind: "plain" as const }];
    show({ ...leakVerdict(), knownLeaks: [], remedy });
    const remedies = screen.getByRole("region", { name: "What to do" });
    expect(remedies.textContent).toBe("What to do. Bound the queue.");
  });

  it("shows options of the JVM as code", () => {
    const [known] = leakVerdict().knownLeaks;
    if (known === undefined) throw new Error("no known leak");
    const remedy = "Set -XX:MaxDirectMemorySize=1g, then -Dcom.acme.cache=false; see x-y.";
    show({ ...leakVerdict(), knownLeaks: [{ ...known, remedy }] });
    const advice = screen.getByRole("region", { name: "What to do" });
    const options = [...advice.querySelectorAll("code")].map((code) => code.textContent);
    expect(options).toContain("-XX:MaxDirectMemorySize=1g");
    expect(options).toContain("-Dcom.acme.cache=false");
    expect(advice.textContent).toContain(remedy);
  });

  it("folds away what explains another suspect", () => {
    const [known] = leakVerdict().knownLeaks;
    if (known === undefined) throw new Error("no known leak");
    const other = { ...known, id: "other", title: "Another leak", suspect: 2 };
    show({ ...leakVerdict(), knownLeaks: [known, other] });
    expect(screen.getByText("Also known: Another leak").closest("details")?.open).toBe(false);
  });

  it("shows the stack of the thread that ran out of memory", () => {
    const thread = leakReport().suspects[0]?.object;
    if (!thread) throw new Error("no object");
    const frames = ["com.acme.Export.run (Export.java:17)"];
    const failedThread = { thread, name: "exec-7", message: "Java heap space", frames, more: 3 };
    show({ ...leakVerdict(), failedThread });
    expect(screen.getByText(/Stack of exec-7.*Java heap space/)).toBeTruthy();
    expect(screen.getByText("com.acme.Export.run (Export.java:17)")).toBeTruthy();
    expect(screen.getByText("3 more frames")).toBeTruthy();
  });

  it("is calm about a healthy heap: no chain, nothing to do", () => {
    render(<Verdict verdict={calmVerdict()} report={calmReport()} />);
    expect(screen.getByRole("heading", { level: 1 }).textContent).toContain("Nothing stands out");
    expect(screen.queryByRole("region", { name: "What to do" })).toBeNull();
    expect(screen.queryByRole("list", { name: "Path from a GC root" })).toBeNull();
  });
});

describe("versions", () => {
  it("stand beside the version that mends them", () => {
    expect(versionText(["a-1.0.jar"], ["1.1"])).toBe("a-1.0.jar; fixed in 1.1");
    expect(versionText([], ["1.1", "2.0"])).toBe("fixed in 1.1, 2.0");
    expect(versionText([], [])).toBe("");
  });
});
