/** Memory outside the heap: who owns it, and what the process says of it. */
import { join } from "node:path";
import { root } from "../../scripts/run.mjs";
import { expected, fixture, heading, openDump, places, rows, start } from "./support/app";
import { dropFile } from "./support/drop";
import { expect, test } from "./support/fixtures";

interface Story {
  directBuffers: { owning: number; views: number };
  jdbc: { openStatements: number; openBySql: Record<string, number> };
}

const SAMPLE = join(root, "src/side/samples/jdk17.native-memory.txt");

test("an innocent heap leads to who owns the memory outside it", async ({ page, pageUrl }) => {
  const story = expected<Story>("story-native-innocent-heap");
  await start(page, pageUrl, fixture("story-native-innocent-heap"));
  await expect(heading(page)).toContainText("The heap is not the problem");
  // Nothing in the heap is accused, so that nothing of it is called a suspect.
  await expect(places(page).getByRole("link", { name: /^Largest holders/ })).toBeVisible();
  await page.getByRole("link", { name: "What lies outside the heap, and who owns it" }).click();

  await expect(page).toHaveURL(/#\/outside$/);
  await expect(heading(page)).toHaveText("Outside the heap");
  const buffers = page.getByRole("grid", { name: "Direct buffers" });
  await expect(rows(buffers).first()).toContainText("FrameCache.FRAMES_BY_AGE");
  await expect(page.getByRole("main")).toContainText(
    `${story.directBuffers.owning.toLocaleString("en-US")} · 16.8 MiB`,
  );
  const statements = page.getByRole("grid", { name: "JDBC statements" });
  const most = Object.entries(story.jdbc.openBySql).sort((a, b) => b[1] - a[1])[0];
  await expect(rows(statements).first()).toContainText(most?.[0] ?? "");
  await expect(rows(statements).first()).toContainText(String(most?.[1]));
  // A row leads to one of its objects.
  await rows(buffers).first().click();
  await page.keyboard.press("Enter");
  await expect(heading(page)).toContainText("DirectByteBuffer");
});

test("a text that is dropped later is compared and goes nowhere", async ({ page, pageUrl }) => {
  await start(page, pageUrl, fixture("story-native-innocent-heap"));
  await dropFile(page, page.locator("body"), SAMPLE);
  await expect(page).toHaveURL(/#\/outside$/);
  const table = page.getByRole("grid", { name: "Native memory tracking beside the heap" });
  await expect(rows(table).filter({ hasText: "Java Heap" })).toContainText("14.0 MiB");
  await expect(rows(table).filter({ hasText: "GC" }).first()).toContainText("not known");
  // Another dump is another process.
  await openDump(page, fixture("healthy"));
  await places(page).getByRole("link", { name: "Outside" }).click();
  await expect(page.getByRole("main")).toContainText("Beside what the process says");
  await expect(page.getByText("jdk17.native-memory.txt")).toHaveCount(0);
});
