import { cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeEngine } from "../../../test/fake-engine";
import { ARRAY, row } from "../../../test/fake-heap";
import { pretendLayout } from "../../components/DataTableTestLayout";
import { MAP, navigate, parseRoute, route } from "../../state/route";
import { openDump, provideEngine, reset, selection } from "../../state/session";
import { setMapShape, startTheme } from "../../state/settings";
import { MapView } from "./MapView";

/** Follows the route as the shell does. */
function Place() {
  const place = route.value;
  return place.view === "map" ? <MapView route={place} /> : <p>{place.view}</p>;
}

const bar = (name: RegExp) => screen.findByRole("treeitem", { name });
const trail = () => screen.getByRole("navigation", { name: "Looked inside" });
const onArray = { view: "map", root: row(ARRAY).address } as const;

beforeEach(async () => {
  pretendLayout();
  localStorage.clear();
  setMapShape("icicle");
  provideEngine(new FakeEngine());
  reset();
  await openDump(new File(["JAVA PROFILE"], "a.hprof"));
  navigate(MAP);
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

describe("the map", () => {
  it("has an address, from the top and from an object", () => {
    expect(parseRoute("#/map")).toEqual(MAP);
    expect(parseRoute("#/map/0xca691830")).toEqual({ view: "map", root: "0xca691830" });
    expect(parseRoute("#/map/nonsense")).toBeNull();
  });

  it("selects with a click, looks inside with the second, and leaves a trail of dominators", async () => {
    render(<Place />);
    const array = await bar(/Object\[6246\]/);
    fireEvent.click(array);
    await waitFor(() => expect(selection.value).toEqual(row(ARRAY)));
    expect(route.value).toEqual(MAP);
    fireEvent.click(array);
    await waitFor(() => expect(route.value).toEqual(onArray));
    await waitFor(() =>
      expect(
        within(trail())
          .getByText(/Object\[6246\]/)
          .getAttribute("aria-current"),
      ).toBe("location"),
    );
    fireEvent.click(within(trail()).getByRole("link", { name: "Reachable heap" }));
    expect(route.value).toEqual(MAP);
  });

  it("goes back with Escape to where it came from, and leaves Escape alone at the top", async () => {
    render(<Place />);
    const array = await bar(/Object\[6246\]/);
    array.focus();
    fireEvent.keyDown(array, { key: "Enter" });
    await waitFor(() => expect(route.value).toEqual(onArray));
    const inner = await bar(/^Object\[6246\]/);
    expect(fireEvent.keyDown(inner, { key: "Escape" })).toBe(false);
    await waitFor(() => expect(route.value).toEqual(MAP));
    expect(fireEvent.keyDown(await bar(/reachable heap/i), { key: "Escape" })).toBe(true);
  });

  it("does not lead out of an object of another dump to where it was in this one", async () => {
    navigate({ view: "map", root: row(ARRAY - 1).address });
    render(<Place />);
    fireEvent.keyDown(await bar(/^Object\[6246\]/), { key: "Enter" });
    await waitFor(() => expect(route.value).toEqual(onArray));
    await openDump(new File(["JAVA PROFILE"], "b.hprof"));
    navigate(onArray);
    const inner = await bar(/^Object\[6246\]/);
    fireEvent.keyDown(inner, { key: "Escape" });
    await waitFor(() => expect(route.value).toEqual(MAP));
  });

  it("makes stand out what a text finds", async () => {
    render(<Place />);
    await bar(/9,960 × char\[\]/);
    fireEvent.input(screen.getByRole("searchbox"), { target: { value: "CHAR[" } });
    const found = await bar(/9,960 × char\[\].*found/);
    expect(found.className).toContain("match");
    expect((await bar(/LaunchedURLClassLoader/)).className).toContain("apart");
    expect(screen.getByRole("status").textContent).toContain("1 area found");
    fireEvent.keyDown(screen.getByRole("searchbox"), { key: "Escape" });
    await waitFor(() => expect(found.className).not.toContain("match"));
  });

  it("is drawn as a treemap when wanted, also the next time, with arrows among what is drawn", async () => {
    render(<Place />);
    await bar(/reachable heap/i);
    fireEvent.click(screen.getByRole("button", { name: "Treemap" }));
    const top = await bar(/reachable heap/i);
    expect(screen.getByRole("tree").className).toContain("tiles");
    expect(top.style.width).toBe("800px");
    fireEvent.keyDown(top, { key: "ArrowDown" });
    await waitFor(() => expect(document.activeElement?.getAttribute("aria-level")).toBe("2"));
    await waitFor(() => expect(selection.value).toEqual(row(ARRAY)));
    setMapShapeAnew();
    expect(screen.getByRole("button", { name: "Treemap" }).getAttribute("aria-pressed")).toBe(
      "true",
    );
  });

  it("says that an address is not in the dump", async () => {
    navigate({ view: "map", root: "0xdeadbeef00" });
    render(<Place />);
    expect(await screen.findByRole("alert")).toBeTruthy();
  });
});

/** Reads the settings as a page that was opened anew does. */
function setMapShapeAnew(): void {
  startTheme()();
}
