/** What no GC root reaches: by class, and as a forest worked out on request. */
import type { Locator, Page } from "@playwright/test";
import {
  bytes,
  currentRow,
  expected,
  firstNumber,
  fixture,
  heading,
  pane,
  rows,
  start,
  textOf,
} from "./support/app";
import { expect, test } from "./support/fixtures";

const DUMP = "collections-and-values";
const { unreachable: garbage } = expected<{ unreachable: { class: string; instances: number } }>(
  DUMP,
);
const SIMPLE = garbage.class.slice(garbage.class.lastIndexOf(".") + 1);

const grid = (page: Page): Locator =>
  page.getByRole("grid", { name: "Unreachable objects by class" });
const tree = (page: Page): Locator =>
  page.getByRole("treegrid", { name: "Forest of unreachable objects" });

async function openView(page: Page, pageUrl: string): Promise<void> {
  await start(page, pageUrl, fixture(DUMP));
  await page.getByRole("main").getByRole("link", { name: "unreachable", exact: true }).click();
  await expect(heading(page)).toHaveText("Unreachable objects");
  await expect(rows(grid(page)).first()).toBeVisible();
}

test("the overview leads to the classes of what nothing reaches", async ({ page, pageUrl }) => {
  await openView(page, pageUrl);
  await expect(page.getByText("No GC root leads to these")).toBeVisible();
  await page.keyboard.press("/");
  await page.keyboard.type(SIMPLE);
  await page.keyboard.press("Enter");
  await expect(rows(grid(page))).toHaveCount(1);
  await expect(rows(grid(page))).toContainText(SIMPLE);
  expect(firstNumber(await textOf(rows(grid(page)).locator('[aria-colindex="2"]')))).toBe(
    garbage.instances,
  );
  await expect(page).toHaveURL(/#\/unreachable\?name=/);
});

test("the forest is worked out on request and adds up to all of it", async ({ page, pageUrl }) => {
  await openView(page, pageUrl);
  const all = bytes(await textOf(page.locator(".view-head .num")));
  await page.getByRole("link", { name: "As a forest" }).click();
  const summary = page.getByText(/^\d[\d,]* trees: /);
  await expect(summary).toContainText("from cycles");
  expect(bytes(await textOf(summary))).toBe(all);
  const first = rows(tree(page)).first();
  await expect(first).toHaveAttribute("aria-level", "1");

  await tree(page).focus();
  await page.keyboard.press("Home");
  const above = bytes(await textOf(first.locator('[aria-colindex="3"]')));
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await expect(currentRow(tree(page))).toHaveAttribute("aria-level", "2");
  const below = bytes(await textOf(currentRow(tree(page)).locator('[aria-colindex="3"]')));
  expect(below).toBeLessThan(above);
  await expect(pane(page)).toContainText("unreachable");

  // Retained sizes of classes come with the forest.
  await page.getByRole("link", { name: "By class" }).click();
  await expect(grid(page).getByRole("columnheader", { name: /Retained/ })).toBeVisible();
});

test("an unreachable object tells what holds it within the garbage", async ({ page, pageUrl }) => {
  await openView(page, pageUrl);
  await rows(grid(page)).getByText(SIMPLE).first().dblclick();
  await expect(heading(page)).toContainText(SIMPLE);
  await rows(page.getByRole("main")).first().dblclick();
  await expect(page).toHaveURL(/#\/object\/0x/);
  const ask = page.getByRole("button", { name: "Find out what holds it within the garbage" });
  await expect(page.locator(".fact-row").first()).toContainText("–");
  await ask.click();
  await expect(ask).toBeHidden();
  await expect(page.getByText(/garbage's top is|at the top of the garbage itself/)).toBeVisible();
  await page.getByRole("link", { name: "Show it in the forest" }).click();
  await expect(currentRow(tree(page))).toContainText(SIMPLE);
});

test("a link into the forest works again after the file is opened anew", async ({
  page,
  pageUrl,
}) => {
  await openView(page, pageUrl);
  await page.getByRole("link", { name: "As a forest" }).click();
  await tree(page).focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("d");
  await expect(page).toHaveURL(/#\/unreachable\/forest\/0x/);
  const address = page.url().slice(page.url().lastIndexOf("0x"));
  const hash = new URL(page.url()).hash;
  await page.goto("about:blank");
  await start(page, pageUrl + hash, fixture(DUMP));
  await expect(pane(page)).toContainText(address);
  await expect(currentRow(tree(page))).toHaveAttribute("aria-level", "2");
});
