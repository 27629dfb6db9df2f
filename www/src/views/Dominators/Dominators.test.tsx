import { cleanup, render, screen, waitFor } from "@testing-library/preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeEngine } from "../../../test/fake-engine";
import { addressOf, FIRST_SESSION } from "../../../test/fake-heap";
import { pretendLayout } from "../../components/DataTableTestLayout";
import { openDump, provideEngine, selection } from "../../state/session";
import { Dominators } from "./Dominators";

beforeEach(async () => {
  pretendLayout();
  provideEngine(new FakeEngine());
  await openDump(new File(["x"], "a.hprof"));
});

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

describe("the dominator tree", () => {
  it("shows the first level with the share of the heap", async () => {
    render(<Dominators route={{ view: "dominators", expanded: null }} />);
    const line = (await screen.findByText("ExcelExportTaskWebSocket")).closest("[role=row]");
    expect(line?.textContent).toContain("95.3 %");
    expect(line?.getAttribute("aria-expanded")).toBe("false");
  });

  it("opens down to the object that the address names, and selects it", async () => {
    const target = FIRST_SESSION + 2_345;
    render(<Dominators route={{ view: "dominators", expanded: addressOf(target) }} />);
    await waitFor(() => expect(selection.value).toMatchObject({ object: target }));
    const id = screen.getByRole("treegrid").getAttribute("aria-activedescendant") ?? "";
    await waitFor(() => expect(document.getElementById(id)?.getAttribute("aria-level")).toBe("5"));
    expect(document.getElementById(id)?.textContent).toContain("from further down");
  });

  it("says when the address is not in this dump, and shows the tree all the same", async () => {
    render(<Dominators route={{ view: "dominators", expanded: "0x1" }} />);
    expect((await screen.findByRole("alert")).textContent).toContain("0x1");
    expect(await screen.findByText("ExcelExportTaskWebSocket")).toBeTruthy();
  });
});
