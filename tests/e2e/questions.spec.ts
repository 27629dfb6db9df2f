/** Questions whose answers are tables, asked by keyboard. */
import { fixture, rows, start } from "./support/app";
import { expect, test } from "./support/fixtures";

test("an answer's row leads to the next question, by keyboard only, and the address brings it back", async ({
  page,
  pageUrl,
}) => {
  await start(page, pageUrl, fixture("dominators"));
  await page.keyboard.press("9");
  await page.getByRole("link", { name: "Histogram of a set" }).focus();
  await page.keyboard.press("Enter");
  const classes = page.getByRole("grid", { name: "Histogram of a set" });
  await expect(rows(classes).filter({ hasText: "java.lang.String" }).first()).toBeVisible();
  await page.keyboard.press("/");
  await page.keyboard.type("/^java.lang.Integer$/");
  await expect(page.getByText("1 of 321")).toBeVisible();
  await classes.focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("q");
  await page.getByRole("combobox", { name: "Which question" }).fill("list");
  await page.keyboard.press("Enter");
  const objects = page.getByRole("grid", { name: "List objects" });
  await expect(
    page.getByRole("main").getByText('java.lang.Integer in "Histogram of a set"'),
  ).toBeVisible();
  await expect(objects).toHaveAttribute("aria-rowcount", /26\d/);
  await page.goBack();
  await expect(classes).toBeVisible();
  await page.goForward();
  await expect(objects).toBeVisible();
});
