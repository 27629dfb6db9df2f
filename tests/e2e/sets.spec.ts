/** Sets as one: what is in either, in both, in the first only; and rows in groups. */
import type { Page } from "@playwright/test";
import {
  currentRow,
  firstNumber,
  fixture,
  heading,
  openDump,
  places,
  rows,
  start,
  textOf,
} from "./support/app";
import { expect, test } from "./support/fixtures";

const DUMP = fixture("story-session-list");

/** Moves down to a class in the histogram by keys; returns how many objects it has. */
async function choose(page: Page, steps: number): Promise<number> {
  const grid = page.getByRole("grid", { name: "Class histogram" });
  await expect(rows(grid).first()).toBeVisible();
  await grid.focus();
  await page.keyboard.press("Home");
  for (let i = 0; i < steps; i++) await page.keyboard.press("ArrowDown");
  await expect(currentRow(grid)).toHaveCount(1);
  return firstNumber(await textOf(currentRow(grid).getByRole("gridcell").nth(1)));
}

/** Asks for the list of objects of the selected class and the remembered set, by keys alone. */
async function list(page: Page, way: RegExp): Promise<void> {
  await page.keyboard.press("q");
  const dialog = page.getByRole("dialog", { name: "Ask about the selection" });
  const ways = dialog.getByLabel("The remembered set");
  const question = dialog.getByRole("combobox", { name: "Which question" });
  await expect(question).toBeFocused();
  for (let i = 0; i < 3; i++) await page.keyboard.press("Shift+Tab");
  await expect(ways).toBeFocused();
  const label = await ways.locator("option").filter({ hasText: way }).textContent();
  await ways.selectOption({ label: label ?? "" });
  await question.fill("list objects");
  await page.keyboard.press("Enter");
  await expect(heading(page)).toHaveText("List objects");
}

const objects = async (page: Page): Promise<number> =>
  firstNumber(await textOf(page.locator(".query-of .num")));

test("two classes are asked about together, and one without the other", async ({
  page,
  pageUrl,
}) => {
  await start(page, `${pageUrl}#/histogram?sort=-instances`, DUMP);
  const first = await choose(page, 0);
  await page.keyboard.press("q");
  const remember = page.getByRole("button", { name: /^Remember this set/ });
  await page.keyboard.press("Shift+Tab");
  await expect(remember).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog")).toHaveCount(0);

  const second = await choose(page, 1);
  await list(page, /what is in either/);
  await expect(page).toHaveURL(/of=union/);
  expect(await objects(page)).toBe(first + second);

  await page.goBack();
  await choose(page, 1);
  await list(page, /taken away/);
  expect(await objects(page)).toBe(second);

  await page.goBack();
  await choose(page, 1);
  await list(page, /in both/);
  await expect(page.getByText("Nothing of this kind")).toBeVisible();

  // A set of another dump means nothing here.
  await openDump(page, fixture("healthy"));
  await places(page).getByRole("link", { name: "Histogram" }).click();
  await choose(page, 0);
  await page.keyboard.press("q");
  await expect(remember).toBeVisible();
  await expect(page.getByLabel("The remembered set")).toHaveCount(0);
});

test("the histogram groups its rows and is the same place", async ({ page, pageUrl }) => {
  await start(page, `${pageUrl}#/histogram`, DUMP);
  const ways = page.getByRole("navigation", { name: "Group by" });
  const place = places(page).locator("[aria-current]");
  for (const [way, address] of [
    ["Class loader", /#\/ask\/histogram-tree\?by=loader$/],
    ["Package", /#\/ask\/histogram-tree$/],
    ["Class", /#\/histogram$/],
  ] as const) {
    await ways.getByRole("link", { name: way, exact: true }).click();
    await expect(page).toHaveURL(address);
    await expect(ways.locator("[aria-current]")).toHaveText(way);
    await expect(place).toContainText("Histogram");
    await expect(heading(page)).toHaveText("Class histogram");
    await expect(rows(page.getByRole("main")).first()).toBeVisible();
  }
});

test("the dominator tree groups its rows and is the same place", async ({ page, pageUrl }) => {
  await start(page, `${pageUrl}#/dominators`, DUMP);
  const ways = page.getByRole("navigation", { name: "Group by" });
  await ways.getByRole("link", { name: "Class", exact: true }).click();
  await expect(page).toHaveURL(/#\/ask\/dominator-groups$/);
  await expect(rows(page.getByRole("treegrid")).first()).toBeVisible();
  await expect(page.getByRole("combobox", { name: "Group by" })).toHaveCount(0);
  await ways.getByRole("link", { name: "Object", exact: true }).click();
  await expect(heading(page)).toHaveText("Dominator tree");
});
