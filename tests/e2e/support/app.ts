/** What a person does and sees on the page, in the words of the page. */
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, type Locator, type Page } from "@playwright/test";
import { root } from "../../../scripts/run.mjs";
import { dropFile } from "./drop";

/** Path of a dump in `tests/fixtures`. */
export function fixture(name: string): string {
  const path = join(root, "tests/fixtures", `${name}.hprof.gz`);
  if (!existsSync(path)) throw new Error(`no such fixture: ${path}`);
  return path;
}

/** What the program behind a fixture knows of its own heap. */
export function expected<T>(name: string): T {
  return JSON.parse(
    readFileSync(join(root, "tests/fixtures", `${name}.expected.json`), "utf8"),
  ) as T;
}

/** Large dumps take their time, above all on a machine that does other things. */
const LOAD_TIMEOUT_MS = 120_000;

/** Waits until a dump is analysed. */
export async function loaded(page: Page, name: string): Promise<void> {
  await expect(page).toHaveTitle(`${name} · Heapglass`, { timeout: LOAD_TIMEOUT_MS });
}

/** Drops a dump onto the page and waits until it is analysed. */
export async function openDump(page: Page, path: string): Promise<void> {
  await dropFile(page, page.locator("body"), path);
  await loaded(page, basename(path));
}

/** Opens the page and a dump in it. */
export async function start(page: Page, url: string, path: string): Promise<void> {
  await page.goto(url);
  await openDump(page, path);
}

/** The heading of the place that the page shows. */
export const heading = (page: Page): Locator =>
  page.getByRole("main").getByRole("heading", { level: 1 });

/** The column of places at the left. */
export const places = (page: Page): Locator => page.getByRole("navigation", { name: "Places" });

/** The pane of the selected object at the right. */
export const pane = (page: Page): Locator => page.getByRole("complementary", { name: "Selection" });

/** The chain under the headline. */
export const chain = (page: Page): Locator =>
  page.getByRole("list", { name: "Path from a GC root" });

/** Data rows of a table, without header, filter and totals. */
export const rows = (table: Locator): Locator => table.locator(".dt-data");

/** The line of a table that the arrow keys stand on. */
export const currentRow = (table: Locator): Locator => table.locator('[aria-selected="true"]');

/** The number in a text like "1,234" or "1,234 of 5,678 classes": the first one. */
export function firstNumber(text: string): number {
  const found = /\d[\d,]*(\.\d+)?/.exec(text);
  if (found === null) throw new Error(`no number in "${text}"`);
  return Number(found[0].replaceAll(",", ""));
}

const UNITS: Record<string, number> = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30 };

/** The bytes in a text like "≥ 25.4 MiB". */
export function bytes(text: string): number {
  const found = /(\d[\d,]*(?:\.\d+)?)\s(KiB|MiB|GiB|B)/.exec(text);
  if (found === null) throw new Error(`no size in "${text}"`);
  return Number((found[1] ?? "").replaceAll(",", "")) * (UNITS[found[2] ?? ""] ?? Number.NaN);
}

/** The percentage in a text like "93.8 %". */
export function percent(text: string): number {
  const found = /(\d+(?:\.\d+)?)\s%/.exec(text);
  if (found === null) throw new Error(`no share in "${text}"`);
  return Number(found[1]);
}

/** The text of an element; waits for the element. */
export async function textOf(element: Locator): Promise<string> {
  return (await element.textContent()) ?? "";
}
