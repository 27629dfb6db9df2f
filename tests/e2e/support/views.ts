/** Every view and window of the page, and how to get there: for what must hold of all of them. */
import { join } from "node:path";
import type { Page, TestInfo } from "@playwright/test";
import { expect } from "@playwright/test";
import { root } from "../../../scripts/run.mjs";
import { chain, currentRow, fixture, heading, rows, start } from "./app";
import { longChain } from "./chain";
import { dropFile } from "./drop";
import { headerOnly, write } from "./files";

export interface Visit {
  name: string;
  go(page: Page, pageUrl: string, testInfo: TestInfo): Promise<void>;
}

const DUMP = fixture("story-session-list");
const INNOCENT = fixture("story-native-innocent-heap");

/** A view that is a table or a tree, by its address. */
const table = (name: string, hash: string): Visit => ({
  name,
  go: async (page, pageUrl) => {
    await start(page, pageUrl + hash, DUMP);
    await expect(rows(page.getByRole("main")).first()).toBeVisible();
    await expect(page.locator(".skeleton")).toHaveCount(0);
  },
});

/** A window that a key opens over the overview. */
const over = (name: string, key: string, label: string): Visit => ({
  name,
  go: async (page, pageUrl) => {
    await start(page, pageUrl, DUMP);
    await expect(chain(page).getByRole("link").last()).toBeVisible();
    await page.keyboard.press(key);
    await expect(page.getByRole("dialog", { name: label })).toBeVisible();
  },
});

/** The page of the largest object of a class. */
const objectOf = (name: string, className: string, section: string): Visit => ({
  name,
  go: async (page, pageUrl) => {
    const filter = new URLSearchParams({ name: `/^${className.replace(/[.[\]]/g, "\\$&")}$/` });
    await start(page, `${pageUrl}#/histogram?${filter}`, DUMP);
    await rows(page.getByRole("grid", { name: "Class histogram" }))
      .getByRole("link")
      .click();
    await rows(page.getByRole("grid", { name: /^Objects of/ }))
      .getByRole("link")
      .first()
      .click();
    await expect(rows(page.getByRole("grid", { name: section })).first()).toBeVisible();
  },
});

export const VIEWS: readonly Visit[] = [
  { name: "start page", go: async (page, pageUrl) => void (await page.goto(pageUrl)) },
  {
    name: "loading",
    go: async (page, pageUrl, testInfo) => {
      await page.goto(pageUrl);
      await dropFile(page, page.locator("body"), longChain(testInfo, 4_000_000));
      await expect(page.getByRole("progressbar").first()).toBeVisible();
    },
  },
  {
    name: "refused file",
    go: async (page, pageUrl, testInfo) => {
      await page.goto(pageUrl);
      await dropFile(page, page.locator("body"), write(testInfo, "cut.hprof", headerOnly()));
      await expect(page.getByRole("alert")).toBeVisible();
    },
  },
  {
    name: "overview",
    go: async (page, pageUrl) => {
      await start(page, pageUrl, DUMP);
      await expect(chain(page).getByRole("link").last()).toBeVisible();
    },
  },
  {
    name: "healthy overview",
    go: async (page, pageUrl) => {
      await start(page, pageUrl, fixture("healthy"));
      await expect(heading(page)).toContainText("Nothing stands out");
    },
  },
  {
    name: "suspects",
    go: async (page, pageUrl) => {
      await start(page, `${pageUrl}#/suspects`, DUMP);
      await expect(page.getByRole("article").first()).toBeVisible();
    },
  },
  table("histogram", "#/histogram"),
  table("histogram by package", "#/ask/histogram-tree"),
  table("dominator tree", "#/dominators"),
  table("dominator tree by class loader", "#/ask/dominator-groups?by=loader"),
  {
    name: "map",
    go: async (page, pageUrl) => {
      await start(page, `${pageUrl}#/map`, DUMP);
      await expect(page.getByRole("main").getByRole("treeitem").first()).toBeVisible();
    },
  },
  table("threads", "#/threads"),
  table("threads by stack", "#/threads/stacks"),
  {
    name: "thread",
    go: async (page, pageUrl) => {
      await start(page, `${pageUrl}#/threads?name=main`, DUMP);
      await rows(page.getByRole("grid")).first().getByRole("link").first().click();
      const tree = page.getByRole("treegrid", { name: "Stack" });
      await expect(rows(tree).first()).toBeVisible();
      await tree.getByRole("button", { name: "Expand" }).first().click();
      await expect(tree.locator('[aria-level="2"]').first()).toBeVisible();
    },
  },
  table("class loaders", "#/loaders"),
  {
    name: "duplicate classes",
    go: async (page, pageUrl) => {
      await start(page, `${pageUrl}#/loaders/duplicates`, DUMP);
      await expect(page.getByRole("grid", { name: "Duplicate classes" })).toBeVisible();
    },
  },
  table("GC roots", "#/roots"),
  table("system properties", "#/properties"),
  {
    name: "questions",
    go: async (page, pageUrl) => {
      await start(page, `${pageUrl}#/ask`, DUMP);
      await expect(page.getByRole("main").getByRole("link").nth(9)).toBeVisible();
    },
  },
  table("answer as a table", "#/ask/collections-by-size"),
  table("answer as a tree", "#/ask/class-hierarchy"),
  {
    name: "outside the heap",
    go: async (page, pageUrl) => {
      await start(page, `${pageUrl}#/outside`, INNOCENT);
      const text = join(root, "src/side/samples/jdk17.native-memory.txt");
      await dropFile(page, page.locator("body"), text);
      await expect(rows(page.getByRole("main")).first()).toBeVisible();
    },
  },
  table("unreachable objects", "#/unreachable"),
  table("unreachable objects as a forest", "#/unreachable/forest"),
  objectOf("object with contents", "java.util.ArrayList", "Contents"),
  objectOf("object with bytes", "byte[]", "Elements"),
  {
    name: "object with elements",
    go: async (page, pageUrl) => {
      await start(page, pageUrl, DUMP);
      await chain(page).getByRole("link").last().click();
      await expect(rows(page.getByRole("grid", { name: "Elements" })).first()).toBeVisible();
    },
  },
  {
    name: "class",
    go: async (page, pageUrl) => {
      await start(page, pageUrl, DUMP);
      await page.getByRole("region", { name: "Largest classes" }).getByRole("link").first().click();
      await expect(
        rows(page.getByRole("grid", { name: /^Objects of class/ })).first(),
      ).toBeVisible();
    },
  },
  {
    name: "search",
    go: async (page, pageUrl) => {
      await start(page, pageUrl, DUMP);
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox").fill("Session");
      await expect(page.getByRole("option").first()).toContainText("Session");
    },
  },
  {
    name: "questions about the selection and a remembered set",
    go: async (page, pageUrl) => {
      await start(page, `${pageUrl}#/histogram`, DUMP);
      const grid = page.getByRole("grid", { name: "Class histogram" });
      await expect(rows(grid).first()).toBeVisible();
      for (const [i, button] of ["Remember this set", null].entries()) {
        await rows(grid).nth(i).locator(".num").first().click();
        await expect(currentRow(grid)).toHaveCount(1);
        await page.keyboard.press("q");
        if (button !== null) await page.getByRole("button", { name: button }).click();
      }
      await expect(page.getByRole("dialog").getByLabel("The remembered set")).toBeVisible();
    },
  },
  over("save a report", "s", "Save report"),
  over("notes", "m", "Notes"),
  over("what is odd", "w", "What is odd in this dump"),
  over("keys and terms", "?", "Keys and terms"),
];
