import { cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeEngine } from "../../../test/fake-engine";
import { ARRAY, addressOf, FIRST_SESSION } from "../../../test/fake-heap";
import { pretendLayout } from "../../components/DataTableTestLayout";
import type { Answer, FieldValue, ObjectDetails } from "../../engine/protocol";
import { isObject, openDump, provideEngine, selection } from "../../state/session";
import { openObjectAt } from "./arrival";
import { ObjectView } from "./ObjectView";

/** The fake engine with a session that has one field of every kind. */
class FieldEngine extends FakeEngine {
  override async object(id: number): Promise<Answer<ObjectDetails>> {
    const answer = await super.object(id);
    if (!answer.ok || id !== FIRST_SESSION) return answer;
    const field = (name: string, more: Partial<FieldValue>): FieldValue => ({
      declaredBy: "com.acme.Base",
      name,
      longName: null,
      type: "Object",
      isStatic: false,
      primitive: null,
      target: null,
      dangling: null,
      ...more,
    });
    const fields = [
      field("gone", { dangling: "0xdead" }),
      field("nothing", {}),
      field("count", { type: "int", primitive: "42" }),
      field("buffer", { target: answer.value.row }),
    ];
    return { ok: true, value: { ...answer.value, fields } };
  }
}

beforeEach(async () => {
  pretendLayout();
  provideEngine(new FieldEngine());
  await openDump(new File(["x"], "a.hprof"));
});

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

const show = (object: number) =>
  render(<ObjectView route={{ view: "object", address: addressOf(object) }} />);

describe("an object's page", () => {
  it("says what the object is and makes it the selected one", async () => {
    show(ARRAY);
    await waitFor(() =>
      expect(screen.getByRole("heading", { level: 1 }).textContent).toContain("Object[6246]"),
    );
    await waitFor(() => expect(isObject(selection.value) && selection.value.object).toBe(ARRAY), {
      timeout: 5_000,
    });
  });

  it("shows what each field holds, and marks a reference to an object that the dump lacks", async () => {
    show(FIRST_SESSION);
    const fields = await screen.findByRole("grid", { name: "Fields" });
    const line = async (name: string) =>
      (await within(fields).findByText(name)).closest("[role=row]")?.textContent ?? "";
    expect(await line("gone")).toContain("0xdead not in the dump");
    expect(await line("nothing")).toContain("null");
    expect(await line("count")).toContain("int42");
    expect(await line("buffer")).toContain("WsSession");
  });

  it("asks for outbound references only when their section is opened", async () => {
    const outbound = vi.spyOn(FakeEngine.prototype, "outbound");
    show(FIRST_SESSION);
    const toggle = await screen.findByRole("button", { name: /Outbound references/ });
    expect(toggle.getAttribute("aria-expanded")).toBe("false");
    expect(outbound).not.toHaveBeenCalled();
    fireEvent.click(toggle);
    await screen.findByRole("grid", { name: "Outbound references" });
    expect(outbound).toHaveBeenCalled();
  });

  it("opens at the section that another page asked for", async () => {
    const opened = await new FakeEngine().object(FIRST_SESSION);
    if (!opened.ok) throw new Error("no such object");
    openObjectAt(opened.value.row, "outbound");
    show(FIRST_SESSION);
    expect(await screen.findByRole("grid", { name: "Outbound references" })).toBeTruthy();
  });

  it("says that an address is not in this dump", async () => {
    render(<ObjectView route={{ view: "object", address: "0x1" }} />);
    expect((await screen.findByRole("alert")).textContent).toContain("0x1 is not in this dump");
  });
});
