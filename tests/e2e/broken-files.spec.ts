/** Files that are no dump, or only part of one. The page must say so, and stay usable. */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { fixture, heading, loaded, openDump } from "./support/app";
import { dropFile } from "./support/drop";
import { headerOnly, inflated, PNG, write } from "./support/files";
import { expect, test } from "./support/fixtures";

const REFUSED: { name: string; content: () => Uint8Array | string; says: RegExp }[] = [
  { name: "picture.png", content: () => PNG, says: /not (a|an) .*(heap dump|HPROF)/i },
  {
    name: "notes.txt",
    content: () => "java.lang.OutOfMemoryError\n",
    says: /not (a|an) .*(heap dump|HPROF)/i,
  },
  { name: "empty.hprof", content: () => "", says: /empty/i },
  {
    name: "header-only.hprof",
    content: headerOnly,
    says: /no (heap dump|objects)|holds no|ends|incomplete/i,
  },
];

for (const { name, content, says } of REFUSED) {
  test(
    `${name} is refused with a reason`,
    { tag: "@file" },
    async ({ page, pageUrl }, testInfo) => {
      await page.goto(pageUrl);
      await dropFile(page, page.locator("body"), write(testInfo, name, content()));
      await expect(heading(page)).toHaveText("This file could not be opened");
      const alert = page.getByRole("alert");
      await expect(alert).toContainText(says);
      await expect(page.getByRole("main")).toContainText(name);

      await openDump(page, fixture("healthy"));
      await expect(heading(page)).toContainText("Nothing stands out");
      await expect(alert).toHaveCount(0);
    },
  );
}

const CUT: { name: string; content: () => Uint8Array }[] = [
  { name: "cut.hprof", content: () => share(inflated("story-session-list"), 0.6) },
  { name: "cut.hprof.gz", content: () => share(readFileSync(fixture("story-session-list")), 0.9) },
];

const share = (bytes: Buffer, part: number) => bytes.subarray(0, Math.floor(bytes.length * part));

for (const { name, content } of CUT) {
  test(
    `${name} is shown as far as it goes`,
    { tag: "@file" },
    async ({ page, pageUrl }, testInfo) => {
      const path = write(testInfo, name, content());
      await page.goto(pageUrl);
      await dropFile(page, page.locator("body"), path);
      await loaded(page, basename(path));
      await expect(page.getByRole("main")).toContainText("The dump is incomplete");
      await expect(heading(page)).not.toBeEmpty();
      await page.keyboard.press("3");
      await expect(page.getByRole("grid", { name: "Class histogram" })).toContainText("byte[]");

      await openDump(page, fixture("healthy"));
      await expect(page.getByRole("main")).not.toContainText("incomplete");
    },
  );
}

test("a refused file can be left for the start page", async ({ page, pageUrl }, testInfo) => {
  await page.goto(pageUrl);
  await dropFile(page, page.locator("body"), write(testInfo, "empty.hprof", ""));
  await page.getByRole("button", { name: "Back to the start" }).click();
  await expect(page.getByRole("button", { name: "Try the example" })).toBeVisible();
  await expect(page).toHaveTitle("Heapglass");
});
