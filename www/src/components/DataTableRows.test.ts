import { describe, expect, it } from "vitest";
import type { Answer, Window } from "../engine/protocol";
import { TableRows } from "./DataTableRows";
import { PAGE_ROWS } from "./DataTableWindow";

type Numbers = Window<number>;

/** A provider whose answers arrive when the test says so. */
function slowProvider(total: number) {
  const asked: { start: number; answer: (value?: Answer<Numbers>) => Promise<void> }[] = [];
  const fetch = (_query: unknown, start: number, count: number) =>
    new Promise<Answer<Numbers>>((resolve) => {
      const rows = Array.from(
        { length: Math.max(0, Math.min(count, total - start)) },
        (_, i) => start + i,
      );
      const value: Answer<Numbers> = { ok: true, value: { rows, start, matching: total, total } };
      asked.push({
        start,
        answer: async (other = value) => {
          resolve(other);
          await new Promise((done) => setTimeout(done));
        },
      });
    });
  return { asked, fetch };
}

const NO_QUERY = { sort: null, filter: {} };

describe("rows of a table", () => {
  it("shows the first page, then fetches the next one ahead", async () => {
    const { asked, fetch } = slowProvider(1_000);
    const rows = new TableRows<number, string, Numbers>(fetch);
    rows.ask(NO_QUERY, fetch);
    expect(rows.row(3)).toBeUndefined();
    await asked[0]?.answer();
    expect(rows.row(3)).toBe(3);
    expect(rows.matching).toBe(1_000);
    expect(asked.map((a) => a.start)).toEqual([0, PAGE_ROWS]);
  });

  it("has one request under way and skips pages that were scrolled past", async () => {
    const { asked, fetch } = slowProvider(100_000);
    const rows = new TableRows<number, string, Numbers>(fetch);
    rows.ask(NO_QUERY, fetch);
    await asked[0]?.answer();
    for (let first = 400; first <= 50_000; first += 200) rows.look(first, first + 30);
    expect(asked).toHaveLength(2);
    await asked[1]?.answer();
    expect(asked[2]?.start).toBe(50_000);
  });

  it("ignores the answer to a question that was replaced", async () => {
    const old = slowProvider(10);
    const fresh = slowProvider(3);
    const rows = new TableRows<number, string, Numbers>(old.fetch);
    rows.ask(NO_QUERY, old.fetch);
    rows.ask(NO_QUERY, fresh.fetch);
    await fresh.asked[0]?.answer();
    await old.asked[0]?.answer();
    expect(rows.matching).toBe(3);
  });

  it("keeps the old rows readable until the new answer is there", async () => {
    const { asked, fetch } = slowProvider(10);
    const rows = new TableRows<number, string, Numbers>(fetch);
    rows.ask(NO_QUERY, fetch);
    await asked[0]?.answer();
    rows.ask({ sort: { key: "a", descending: true }, filter: {} }, fetch);
    expect(rows.stale).toBe(true);
    expect(rows.row(0)).toBe(0);
    await asked[1]?.answer();
    expect(rows.stale).toBe(false);
  });

  it("says why it failed and asks again only when told", async () => {
    const { asked, fetch } = slowProvider(10);
    const rows = new TableRows<number, string, Numbers>(fetch);
    rows.ask(NO_QUERY, fetch);
    await asked[0]?.answer({
      ok: false,
      error: { kind: "read", message: "disk gone", offset: 12, advice: null },
    });
    expect(rows.error?.message).toBe("disk gone");
    expect(asked).toHaveLength(1);
    rows.retry();
    await asked[1]?.answer();
    expect(rows.error).toBeNull();
    expect(rows.row(0)).toBe(0);
  });

  it("turns a rejected promise into an error", async () => {
    const dead = () => Promise.reject(new Error("worker died"));
    const rows = new TableRows<number, string, Numbers>(dead);
    rows.ask(NO_QUERY, dead);
    await new Promise((done) => setTimeout(done));
    expect(rows.error).toMatchObject({ kind: "crashed", message: "worker died" });
  });

  it("forgets pages far from the screen but never those on it", async () => {
    const total = PAGE_ROWS * 200;
    const fetch = (_q: unknown, start: number, count: number) => {
      const rows = Array.from({ length: Math.min(count, total - start) }, (_, i) => start + i);
      return Promise.resolve<Answer<Numbers>>({
        ok: true,
        value: { rows, start, matching: total, total },
      });
    };
    const rows = new TableRows<number, string, Numbers>(fetch);
    rows.ask(NO_QUERY, fetch);
    for (let page = 0; page < 120; page++) {
      rows.look(page * PAGE_ROWS, page * PAGE_ROWS + 30);
      await new Promise((done) => setTimeout(done));
      expect(rows.row(page * PAGE_ROWS + 7)).toBe(page * PAGE_ROWS + 7);
    }
    expect(rows.row(7)).toBeUndefined();
  });
});
