import process from "node:process";
import { defineConfig } from "@playwright/test";
import { chromiumPath } from "./scripts/ensure-chromium.mjs";
import type { PageOptions } from "./tests/e2e/support/fixtures";

/** Tests of the built page in a real browser. `npm test` builds it and finds the browser first. */
export default defineConfig<PageOptions>({
  testDir: "tests/e2e",
  outputDir: "test-results",
  forbidOnly: process.env["CI"] !== undefined,
  fullyParallel: true,
  reporter: "list",
  timeout: 60_000,
  use: {
    browserName: "chromium",
    viewport: { width: 1440, height: 900 },
    trace: "retain-on-failure",
    launchOptions: {
      executablePath: chromiumPath(),
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
  projects: [
    { name: "served", use: { opened: "served" } },
    // What differs without a server is little: the tests that say so run a second time.
    { name: "file", use: { opened: "file" }, grep: /@file/ },
  ],
});
