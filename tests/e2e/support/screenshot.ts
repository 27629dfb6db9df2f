import type { Page, TestInfo } from "@playwright/test";

/** Takes a screenshot of the window for the test's report; returns its path. */
export async function screenshot(page: Page, testInfo: TestInfo, name: string): Promise<string> {
  const path = testInfo.outputPath(`${name}.png`);
  // Animations are brought to their end, so that two runs give the same picture.
  await page.screenshot({ path, animations: "disabled" });
  await testInfo.attach(name, { path, contentType: "image/png" });
  return path;
}

/** Takes the same window in the light and the dark colours. */
export async function screenshotBothThemes(
  page: Page,
  testInfo: TestInfo,
  name: string,
): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await screenshot(page, testInfo, `${name}-${colorScheme}`);
  }
  await page.emulateMedia({ colorScheme: null });
}
