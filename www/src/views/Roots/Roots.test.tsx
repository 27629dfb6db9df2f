import { fireEvent, render, screen, waitFor } from "@testing-library/preact";
import { describe, expect, it } from "vitest";
import { addressOf, HOLDER } from "../../../test/fake-heap";
import { withDump } from "../../../test/with-dump";
import { route } from "../../state/route";
import { selection } from "../../state/session";
import { Properties } from "../Properties/Properties";
import { Roots } from "./Roots";

withDump();

describe("GC roots", () => {
  it("open from kinds to classes to objects, by keys", async () => {
    render(<Roots />);
    const tree = await screen.findByRole("treegrid", { name: "GC roots" });
    expect(await screen.findByText("JNI Global")).toBeTruthy();
    fireEvent.keyDown(tree, { key: "Home" });
    for (const rows of ["4", "5"]) {
      fireEvent.keyDown(tree, { key: "ArrowRight" });
      await waitFor(() => expect(tree.getAttribute("aria-rowcount")).toBe(rows));
      fireEvent.keyDown(tree, { key: "ArrowRight" });
    }
    await waitFor(() => expect(selection.value).toMatchObject({ object: HOLDER }));
    fireEvent.keyDown(tree, { key: "Enter" });
    await waitFor(() =>
      expect(route.value).toEqual({ view: "object", address: addressOf(HOLDER) }),
    );
  });
});

describe("system properties", () => {
  it("are listed with where they come from, filtered on the page", async () => {
    render(<Properties />);
    const table = await screen.findByRole("grid", { name: "System properties" });
    expect(await screen.findByText("/home/app")).toBeTruthy();
    expect(table.getAttribute("aria-rowcount")).toBe("6");
    const field = screen.getByRole("searchbox", { name: "Filter by From" });
    fireEvent.input(field, { target: { value: "env" } });
    fireEvent.keyDown(field, { key: "Enter" });
    await waitFor(() => expect(table.getAttribute("aria-rowcount")).toBe("3"));
    expect(screen.getByText("/usr/bin")).toBeTruthy();
  });
});
