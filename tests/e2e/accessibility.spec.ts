/** Every view, in light and dark, against the rules of axe: nothing serious may be wrong. */
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { chain, fixture, heading, openDump, places, rows, start } from "./support/app";
import { expect, test } from "./support/fixtures";

interface Visit {
  name: string;
  go(page: Page, pageUrl: string): Promise<void>;
}

const DUMP = fixture("story-session-list");

const VIEWS: Visit[] = [
  { name: "start page", go: async (page, pageUrl) => void (await page.goto(pageUrl)) },
  {
    name: "overview",
    go: async (page, pageUrl) => {
      await start(page, pageUrl, DUMP);
      await expect(chain(page).getByRole("link").last()).toBeVisible();
    },
  },
  { name: "suspects", go: (page, pageUrl) => place(page, pageUrl, "Suspects") },
  { name: "histogram", go: (page, pageUrl) => place(page, pageUrl, "Histogram") },
  { name: "dominator tree", go: (page, pageUrl) => place(page, pageUrl, "Dominators") },
  {
    name: "unreachable objects",
    go: async (page, pageUrl) => {
      await start(page, `${pageUrl}#/unreachable`, DUMP);
      await expect(rows(page.getByRole("grid")).first()).toBeVisible();
    },
  },
  {
    name: "unreachable objects as a forest",
    go: async (page, pageUrl) => {
      await start(page, `${pageUrl}#/unreachable/forest`, DUMP);
      await expect(rows(page.getByRole("treegrid")).first()).toBeVisible();
    },
  },
  {
    name: "threads",
    go: async (page, pageUrl) => {
      await start(page, `${pageUrl}#/threads`, DUMP);
      await expect(rows(page.getByRole("grid")).first()).toBeVisible();
    },
  },
  {
    name: "threads by stack",
    go: async (page, pageUrl) => {
      await start(page, `${pageUrl}#/threads/stacks`, DUMP);
      await expect(rows(page.getByRole("grid")).first()).toBeVisible();
    },
  },
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
  {
    name: "class loaders",
    go: async (page, pageUrl) => {
      await start(page, `${pageUrl}#/loaders`, DUMP);
      await expect(rows(page.getByRole("treegrid")).nth(1)).toBeVisible();
    },
  },
  {
    name: "duplicate classes",
    go: async (page, pageUrl) => {
      await start(page, `${pageUrl}#/loaders/duplicates`, DUMP);
      await expect(page.getByRole("grid", { name: "Duplicate classes" })).toBeVisible();
    },
  },
  {
    name: "GC roots",
    go: async (page, pageUrl) => {
      await start(page, `${pageUrl}#/roots`, DUMP);
      await expect(rows(page.getByRole("treegrid")).first()).toBeVisible();
    },
  },
  {
    name: "system properties",
    go: async (page, pageUrl) => {
      await start(page, `${pageUrl}#/properties`, DUMP);
      await expect(rows(page.getByRole("grid")).first()).toBeVisible();
    },
  },
  {
    name: "object",
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
    name: "keys and terms",
    go: async (page, pageUrl) => {
      await page.goto(pageUrl);
      await page.keyboard.press("?");
      await expect(page.getByRole("dialog")).toBeVisible();
    },
  },
  {
    name: "refused file",
    go: async (page, pageUrl) => {
      await start(page, pageUrl, DUMP);
      await page.locator('input[type="file"]').setInputFiles({
        name: "picture.png",
        mimeType: "image/png",
        // Text would be taken as one that goes with the dump.
        buffer: Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13]),
      });
      await expect(page.getByRole("alert")).toBeVisible();
    },
  },
];

async function place(page: Page, pageUrl: string, name: string): Promise<void> {
  await page.goto(pageUrl);
  await openDump(page, DUMP);
  await places(page).getByRole("link", { name }).click();
  await expect(heading(page)).not.toBeEmpty();
  await expect(page.locator(".skeleton")).toHaveCount(0);
}

for (const { name, go } of VIEWS) {
  test(`${name}: no serious barrier, light and dark`, async ({ page, pageUrl }) => {
    // Long tables take axe a while.
    test.slow();
    await go(page, pageUrl);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      const { violations } = await new AxeBuilder({ page }).analyze();
      const serious = violations
        .filter(({ impact }) => impact === "serious" || impact === "critical")
        .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join("\n")}`);
      expect(serious, colorScheme).toEqual([]);
    }
  });
}
