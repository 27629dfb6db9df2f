import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeEngine } from "../../../test/fake-engine";
import { row, SESSIONS } from "../../../test/fake-heap";
import type { Answer, ObjectRow, Window } from "../../engine/protocol";
import { openDump, provideEngine, select, selection } from "../../state/session";
import { DataTable } from "../DataTable";
import { pretendLayout } from "../DataTableTestLayout";
import { Toasts } from "../Toast";
import { Ask } from "./Ask";

const OBJECTS = [0, 1, 2].map((i) => row(SESSIONS + i));
type Rows = Window<ObjectRow>;

const answer = (rows: ObjectRow[]): Answer<Rows> => ({
  ok: true,
  value: { rows, start: 0, matching: rows.length, total: rows.length },
});

function show(onSelect: (row: ObjectRow) => unknown) {
  const fetch = () => Promise.resolve(answer(OBJECTS));
  render(
    <>
      <DataTable<ObjectRow, string, Rows>
        label="Objects"
        columns={[
          {
            key: "address",
            title: "Address",
            hint: "Where it is.",
            width: 100,
            cell: ({ address }) => address,
            text: ({ address }) => address,
          },
        ]}
        source={{ key: "1", fetch }}
        noun={["object", "objects"]}
        onSelect={onSelect}
      />
      <Ask />
      <Toasts />
    </>,
  );
}

/** As the browser sends it: what is put off until the next picture is not yet done when it returns. */
const rightClick = (element: Element) =>
  element.dispatchEvent(new MouseEvent("contextmenu", { bubbles: true, cancelable: true }));

const address = (at: number): string => OBJECTS[at]?.address ?? "";

beforeEach(async () => {
  pretendLayout();
  provideEngine(new FakeEngine());
  await openDump(new File(["x"], "a.hprof"));
  select(row(3));
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

describe("the menu of a row", () => {
  it("asks about that row, not about what was selected before", async () => {
    show(select);
    rightClick(await screen.findByText(address(1)));
    expect(selection.value).toBe(OBJECTS[1]);
    const dialog = await screen.findByRole("dialog", { name: /Ask about/ });
    expect(dialog.textContent).toContain(address(1));
    expect(dialog.textContent).not.toContain(row(3).address);
    fireEvent.click(await screen.findByRole("option", { name: /List objects/ }));
  });

  it("waits where selecting takes time", async () => {
    show(async (object) => {
      await new Promise((later) => setTimeout(later, 20));
      select(object);
    });
    rightClick(await screen.findByText(address(2)));
    const dialog = await screen.findByRole("dialog", { name: /Ask about/ });
    expect(dialog.textContent).toContain(address(2));
    fireEvent.click(await screen.findByRole("option", { name: /List objects/ }));
  });

  it("asks nothing where the row stands for nothing", async () => {
    show(() => {});
    rightClick(await screen.findByText(address(0)));
    await waitFor(() => expect(document.body.textContent).toContain("Nothing can be asked"));
    expect(screen.queryByRole("dialog")).toBeNull();
  });
});
