// @vitest-environment node
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serve } from "./serve.mjs";

let parent: string;
let folder: string;
let server: Awaited<ReturnType<typeof serve>>;
beforeAll(async () => {
  parent = mkdtempSync(join(tmpdir(), "heapglass-serve-"));
  folder = join(parent, "dist");
  mkdirSync(folder);
  writeFileSync(join(folder, "index.html"), "<p>page</p>");
  writeFileSync(join(parent, "secret.txt"), "secret");
  server = await serve({ folder, port: 0 });
});
afterAll(async () => {
  await server.close();
  rmSync(parent, { recursive: true });
});

/** Sends a path as it is; fetch would tidy it first. */
const statusOf = (path: string) =>
  new Promise((resolve, reject) => {
    const { port } = new URL(server.url);
    get({ host: "127.0.0.1", port, path }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on("error", reject);
  });

describe("the static server", () => {
  it("answers the page", async () => {
    const response = await fetch(server.url);
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(await response.text()).toBe("<p>page</p>");
  });

  it.each(["/missing.html", "/../secret.txt", "/%2e%2e/secret.txt", "/%00", "/%"])(
    "has nothing at %s",
    async (path) => expect(await statusOf(path)).toBe(404),
  );

  it("takes nothing", async () => {
    const response = await fetch(server.url, { method: "POST", body: "dump" });
    expect(response.status).toBe(405);
  });

  it("moves on to the next port when one is taken", async () => {
    const taken = Number(new URL(server.url).port);
    const second = await serve({ folder, port: taken });
    expect(Number(new URL(second.url).port)).toBeGreaterThan(taken);
    await second.close();
  });
});
