import { fireEvent, render, screen, waitFor } from "@testing-library/preact";
import { describe, expect, it } from "vitest";
import { addressOf, HOLDER } from "../../../test/fake-heap";
import { withDump } from "../../../test/with-dump";
import { DUPLICATES, LOADERS, route } from "../../state/route";
import { selection } from "../../state/session";
import { Loaders } from "./Loaders";

function Place() {
  const place = route.value;
  if (place.view === "loaders" || place.view === "duplicates") return <Loaders route={place} />;
  return <p>{place.view}</p>;
}

withDump();

describe("class loaders", () => {
  it("begin at the boot loader, open, with what their objects retain", async () => {
    route.value = LOADERS;
    render(<Place />);
    const loader = await screen.findByText("WebappClassLoader /shop");
    const line = loader.closest("[role=row]");
    expect(line?.getAttribute("aria-level")).toBe("2");
    expect(line?.textContent).toContain("≥ 293 KiB");
    expect(screen.getByText("bootstrap").closest("[role=row]")?.getAttribute("aria-level")).toBe(
      "1",
    );
  });

  it("open down to the one that the address names", async () => {
    route.value = { view: "loaders", expanded: addressOf(HOLDER) };
    render(<Place />);
    await waitFor(() => expect(selection.value).toMatchObject({ object: HOLDER }));
  });

  it("say so when the address is none", async () => {
    route.value = { view: "loaders", expanded: "0x1" };
    render(<Place />);
    expect((await screen.findByRole("alert")).textContent).toContain("0x1");
  });

  it("that defined classes of one name are listed below the name", async () => {
    route.value = DUPLICATES;
    render(<Place />);
    const names = await screen.findByRole("grid", { name: "Duplicate classes" });
    await waitFor(() => expect(names.getAttribute("aria-rowcount")).toBe("4"));
    fireEvent.keyDown(names, { key: "Home" });
    fireEvent.keyDown(names, { key: "Enter" });
    const link = await screen.findByRole("link", { name: /WebappClassLoader \/shop1/ });
    fireEvent.click(link);
    expect(route.value).toEqual({ view: "loaders", expanded: addressOf(HOLDER) });
  });
});
