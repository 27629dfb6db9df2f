import { beforeEach, describe, expect, it } from "vitest";
import { FakeEngine } from "../../test/fake-engine";
import { closeAnswer, keepAnswer, openAnswers } from "./answers";
import { href, navigate, QUESTIONS, queryRoute, route } from "./route";
import { openDump, provideEngine } from "./session";

const answer = (request: string) => ({ place: queryRoute(request), title: request, about: "" });
const names = () => openAnswers.value.map(({ title }) => title);

beforeEach(async () => {
  provideEngine(new FakeEngine());
  await openDump(new File(["x"], "a.hprof"));
});

describe("answers", () => {
  it("are kept in the order in which they were asked for, each once, as they were left", () => {
    keepAnswer(answer("a"));
    keepAnswer(answer("b"));
    const place = { ...queryRoute("a"), filters: [">1M"] };
    keepAnswer({ ...answer("a"), place });
    expect(names()).toEqual(["a", "b"]);
    expect(openAnswers.value[0]?.place).toEqual(place);
  });

  it("give way to the next one when they are closed, and the last one to all questions", () => {
    for (const request of ["a", "b", "c"]) keepAnswer(answer(request));
    navigate(queryRoute("b"));
    closeAnswer("a");
    expect(href(route.value)).toBe("#/ask/b");
    closeAnswer("b");
    expect(href(route.value)).toBe("#/ask/c");
    closeAnswer("c");
    expect(route.value).toEqual(QUESTIONS);
    expect(names()).toEqual([]);
  });

  it("go with their dump", async () => {
    keepAnswer(answer("a"));
    await openDump(new File(["y"], "b.hprof"));
    expect(names()).toEqual([]);
  });
});
