import type { Locator, Page } from "@playwright/test";

/**
 * Drops a file from disk onto an element, as a person does with a mouse: the browser makes the
 * drag, so that the page gets a real `File`, of any size and also on file://.
 *
 * @param path absolute path of the file
 */
export async function dropFile(page: Page, onto: Locator, path: string): Promise<void> {
  const { x, y } = await centreOf(onto);
  const data = { items: [], files: [path], dragOperationsMask: 1 };
  const devTools = await page.context().newCDPSession(page);
  for (const type of ["dragEnter", "dragOver", "drop"] as const) {
    await devTools.send("Input.dispatchDragEvent", { type, x, y, data });
  }
  await devTools.detach();
}

/** Drags a file over an element and holds it there; for how the page looks meanwhile. */
export async function dragFileOver(page: Page, over: Locator, path: string): Promise<void> {
  const { x, y } = await centreOf(over);
  const data = { items: [], files: [path], dragOperationsMask: 1 };
  const devTools = await page.context().newCDPSession(page);
  for (const type of ["dragEnter", "dragOver"] as const) {
    await devTools.send("Input.dispatchDragEvent", { type, x, y, data });
  }
  await devTools.detach();
}

async function centreOf(element: Locator): Promise<{ x: number; y: number }> {
  const box = await element.boundingBox();
  if (box === null) throw new Error("nothing to drop onto: the element is not visible");
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}
