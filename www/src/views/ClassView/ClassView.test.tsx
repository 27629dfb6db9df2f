import { fireEvent, render, screen, waitFor, within } from "@testing-library/preact";
import { describe, expect, it, vi } from "vitest";
import { FakeEngine } from "../../../test/fake-engine";
import { FIRST_SESSION } from "../../../test/fake-heap";
import { withDump } from "../../../test/with-dump";
import { selection } from "../../state/session";
import { ClassView } from "./ClassView";

const NAME = "org.apache.tomcat.websocket.WsSession";

withDump();

describe("a class page", () => {
  it("lists the objects by retained size and selects as the cursor moves", async () => {
    const instances = vi.spyOn(FakeEngine.prototype, "instances");
    render(<ClassView route={{ view: "class", name: NAME, id: 1 }} />);
    const objects = await screen.findByRole("grid", { name: `Objects of class ${NAME}` });
    expect(await within(objects).findByText("4,980 objects")).toBeTruthy();
    expect(instances.mock.calls[0]?.[1]).toEqual({ key: "retained", descending: true });
    fireEvent.keyDown(objects, { key: "ArrowDown" });
    await waitFor(() => expect(selection.value).toMatchObject({ object: FIRST_SESSION }));
  });

  it("sorts in the engine and remembers the order on coming back", async () => {
    const route = { view: "class", name: NAME, id: 1 } as const;
    const first = render(<ClassView route={route} />);
    fireEvent.click(await screen.findByRole("button", { name: "Address" }));
    await waitFor(() =>
      expect(screen.getByRole("columnheader", { name: /Address/ }).getAttribute("aria-sort")).toBe(
        "ascending",
      ),
    );
    first.unmount();
    render(<ClassView route={route} />);
    expect(
      (await screen.findByRole("columnheader", { name: /Address/ })).getAttribute("aria-sort"),
    ).toBe("ascending");
  });

  it("shows statics with their values and the declared fields", async () => {
    render(<ClassView route={{ view: "class", name: NAME, id: 1 }} />);
    const statics = await screen.findByRole("grid", { name: "Static fields" });
    expect(
      await within(statics).findByText("Collections$SynchronizedRandomAccessList"),
    ).toBeTruthy();
    const declared = await screen.findByRole("grid", { name: "Declared fields" });
    expect(await within(declared).findByText("boolean")).toBeTruthy();
  });

  it("says when this dump has no such class", async () => {
    render(<ClassView route={{ view: "class", name: "com.acme.Gone", id: 1 }} />);
    expect((await screen.findByRole("alert")).textContent).toContain("no class com.acme.Gone");
  });
});
