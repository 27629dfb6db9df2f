/** Inside collections, and chains through them, as the page shows them. */
import type { Page } from "@playwright/test";
import { currentRow, fixture, heading, pane, rows, start } from "./support/app";
import { expect, test } from "./support/fixtures";

/** Goes to the only object of a class by way of the search. */
async function openOnly(page: Page, name: string): Promise<void> {
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").fill(name);
  await page.getByRole("option").filter({ hasText: name }).first().click();
  await expect(heading(page)).toContainText(name.replace("sample.", ""));
  await rows(page.getByRole("grid", { name: /^Objects of class/ }))
    .first()
    .dblclick();
  await expect(page).toHaveURL(/#\/object\/0x/);
}

for (const name of ["contents", "contents-jdk25"]) {
  test.describe(name, () => {
    test.beforeEach(async ({ page, pageUrl }) => {
      await start(page, pageUrl, fixture(name));
    });

    test("a chain reads as list and position, and unfolds to its steps", async ({ page }) => {
      await openOnly(page, "sample.Contents$Listed");
      const path = page.locator("ol.rootpath");
      const steps = path.locator("li.rootpath-step");
      await expect(steps.last()).toContainText("[2]");
      await expect(path).toContainText("SynchronizedList");
      await expect(path).not.toContainText("LinkedList$Node");
      await expect(pane(page)).toContainText("[2]");
      const folded = await steps.count();
      await steps
        .last()
        .getByRole("button", { name: /^Show the \d+ steps inside/ })
        .click();
      await expect(path).toContainText("LinkedList$Node");
      expect(await steps.count()).toBeGreaterThan(folded);
      await steps
        .last()
        .getByRole("button", { name: /^Hide the \d+ steps inside/ })
        .click();
      await expect(steps).toHaveCount(folded);
      await page.getByRole("main").getByRole("button", { name: "Every step" }).click();
      await expect(path).toContainText("LinkedList$Node");
      await expect(pane(page)).toContainText("LinkedList$Node");
    });

    test("a map shows keys and values with what they retain", async ({ page }) => {
      await openOnly(page, "sample.Contents$ByName");
      const path = page.locator("ol.rootpath");
      await expect(path.locator("li.rootpath-step").last()).toContainText('["a"]');
      await path.getByRole("link", { name: /HashMap/ }).click();
      const table = page.getByRole("grid", { name: "Contents" });
      await expect(rows(table)).toHaveCount(1);
      await expect(rows(table).first()).toContainText('"a"');
      await expect(rows(table).first()).toContainText("Contents$ByName");
      await table.focus();
      await page.keyboard.press("Home");
      await expect(currentRow(table)).toHaveCount(1);
      await page.keyboard.press("Enter");
      await expect(heading(page)).toContainText("Contents$ByName");
    });

    test("an error shows the stack that its program asked for", async ({ page }) => {
      await openOnly(page, "java.lang.IllegalStateException");
      const stack = page.getByRole("grid", { name: "Stack trace" });
      await expect(rows(stack).first()).toContainText("sample.Contents.code(");
    });
  });
}
