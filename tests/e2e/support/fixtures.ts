/**
 * What every test of the page starts from: the address of the built page, and a page that fails
 * the test when its script throws or its policy blocks something.
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { test as base, expect } from "@playwright/test";
import { root } from "../../../scripts/run.mjs";
import { serve } from "../../../scripts/serve.mjs";

export interface PageOptions {
  /** How the page is opened: from a local web server, or as a file. */
  opened: "served" | "file";
}

interface TestFixtures {
  /** Address of the built page. */
  pageUrl: string;
  /** What the console reported as errors so far; a test that expects some empties it. */
  consoleErrors: string[];
}

interface WorkerFixtures {
  serverUrl: string;
}

export const test = base.extend<PageOptions & TestFixtures, WorkerFixtures>({
  opened: ["served", { option: true }],

  serverUrl: [
    // biome-ignore lint/correctness/noEmptyPattern: playwright reads the needed fixtures from the pattern
    async ({}, use) => {
      const server = await serve({ port: 0 });
      await use(server.url);
      await server.close();
    },
    { scope: "worker" },
  ],

  pageUrl: async ({ opened, serverUrl }, use) => {
    const file = pathToFileURL(join(root, "dist/index.html")).href;
    await use(opened === "file" ? file : serverUrl);
  },

  consoleErrors: [
    async ({ page }, use) => {
      const errors: string[] = [];
      page.on("pageerror", (error) => errors.push(String(error)));
      page.on("console", (message) => {
        if (message.type() === "error") errors.push(message.text());
      });
      await use(errors);
      expect(errors, "errors on the console").toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };
