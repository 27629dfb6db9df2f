import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeEngine } from "../../../test/fake-engine";
import { Ask, openAsk } from "../../components/Ask/Ask";
import { pretendLayout } from "../../components/DataTableTestLayout";
import { askedSet } from "../../state/queries";
import { href, parseRoute, QUESTIONS, queryRoute, route } from "../../state/route";
import { openDump, provideEngine, select } from "../../state/session";
import { Query } from "./Query";
import { Questions } from "./Questions";

/** Follows the route as the shell does. */
function Place() {
  const place = route.value;
  return (
    <>
      {place.view === "query" ? <Query route={place} key={place.request} /> : <Questions />}
      <Ask />
    </>
  );
}

beforeEach(async () => {
  pretendLayout();
  provideEngine(new FakeEngine());
  await openDump(new File(["x"], "a.hprof"));
  route.value = QUESTIONS;
});

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

describe("questions", () => {
  it("are listed by what they are about, and lead to their pages", async () => {
    render(<Place />);
    const link = await screen.findByRole("link", { name: "Find strings" });
    expect(link.getAttribute("href")).toBe("#/ask/find-strings");
  });

  it("wait for what they must be told", async () => {
    route.value = queryRoute("find-strings");
    render(<Place />);
    const field = await screen.findByLabelText("Text");
    expect(screen.queryByRole("grid")).toBeNull();
    fireEvent.input(field, { target: { value: "a~b" } });
    fireEvent.submit(field.closest("form") as HTMLFormElement);
    expect(href(route.value)).toBe("#/ask/find-strings?text=a%7Eb");
    expect(await screen.findByRole("grid", { name: "Find strings" })).toBeTruthy();
  });

  it("begin at what they must be told, and leave the keyboard where it goes then", async () => {
    route.value = queryRoute("find-values");
    render(<Place />);
    const value = await screen.findByLabelText("Value");
    await waitFor(() => expect(document.activeElement).toBe(value));
    const field = screen.getByLabelText<HTMLInputElement>("Field");
    field.focus();
    for (const text of ["n", "na", "nam"]) {
      fireEvent.input(field, { target: { value: text } });
      await waitFor(() => expect(field.value).toBe(text));
      await new Promise((drawn) => setTimeout(drawn, 40));
      expect(document.activeElement).toBe(field);
    }
  });

  it("say that they need a set", async () => {
    route.value = queryRoute("objects");
    render(<Place />);
    expect(await screen.findByText(/is about a set of objects/)).toBeTruthy();
    expect(screen.queryByRole("link", { name: /^Ask about/ })).toBeNull();
  });

  it("offer the selection as the set that they need", async () => {
    select({ class: 1, name: "a.B" });
    route.value = queryRoute("objects");
    render(<Place />);
    const link = await screen.findByRole("link", { name: "Ask about instances of a.B" });
    expect(link.getAttribute("href")).toBe("#/ask/objects?of=class%3A1");
  });

  it("lead from a row to the next question", async () => {
    route.value = queryRoute("objects?of=class%3A1");
    render(<Place />);
    const grid = await screen.findByRole("grid", { name: "List objects" });
    await waitFor(() => expect(grid.querySelector(".dt-data a")).not.toBeNull());
    fireEvent.keyDown(grid, { key: "ArrowDown" });
    await waitFor(() => expect(askedSet.value?.set).toBe("row:0:objects?of=class%3A1"));
    openAsk();
    fireEvent.click(await screen.findByRole("option", { name: /List objects/ }));
    expect(route.value).toMatchObject({
      view: "query",
      request: "objects?of=row%3A0%3Aobjects%3Fof%3Dclass%253A1",
    });
  });

  it("say what cannot be understood", async () => {
    route.value = queryRoute("nonsense");
    render(<Place />);
    expect(await screen.findByText("No such question")).toBeTruthy();
  });
});

describe("addresses of answers", () => {
  it("hold question, order and filters", () => {
    const place = {
      ...queryRoute("find-strings?text=%23"),
      sort: { column: 2, descending: true },
      filters: ["", ">1M", "a&b~c"],
    };
    expect(parseRoute(href(place))).toEqual(place);
    expect(parseRoute("#/ask")).toEqual(QUESTIONS);
    expect(parseRoute("#/ask/<b>")).toBeNull();
  });
});
