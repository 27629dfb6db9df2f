/** Real dumps of real programs, too large for the repository: see `HEAPGLASS_EXTRA_DUMPS`. */
import { basename } from "node:path";
import { bytes, heading, loaded, openDump, textOf } from "./support/app";
import { extraDump } from "./support/dumps";
import { expect, test } from "./support/fixtures";

const DUMPS = [
  "jvm/app_jetty.hprof.gz",
  "jvm/jdk25_vthreads_g1.hprof.gz",
  "jvm/oom_metaspace.hprof.gz",
  "mat/sun_jdk5_64bit.hprof",
  "mat/sun_jdk6_32bit.hprof",
];

for (const name of DUMPS) {
  test(`${name} opens with a headline`, async ({ page, pageUrl }) => {
    const path = extraDump(name);
    test.skip(path === null, "needs HEAPGLASS_EXTRA_DUMPS");
    test.slow();
    await page.goto(pageUrl);
    await openDump(page, path ?? "");
    // A share of the heap, or how many of what lies outside it.
    await expect(heading(page)).toContainText(/\d+\s(%|class loaders)/);
    await expect(page.getByRole("tree").getByRole("treeitem").nth(1)).toBeVisible();
    const card = page.getByRole("region", { name: "This dump" });
    expect(bytes(await textOf(card))).toBeGreaterThan(100_000);
    await expect(page.getByRole("alert")).toHaveCount(0);
  });
}

for (const name of [
  "mat/oracle_jdk7_21_hprofagent.hprof",
  "mat/sun_jdk6_31_hprofagent_compressedOops.hprof",
]) {
  test(`${name} offers its other dump`, async ({ page, pageUrl }) => {
    const path = extraDump(name);
    test.skip(path === null, "needs HEAPGLASS_EXTRA_DUMPS");
    test.slow();
    await page.goto(pageUrl);
    await openDump(page, path ?? "");
    const card = page.getByRole("region", { name: "This dump" });
    const first = await textOf(card);
    const chooser = page.getByLabel(/This file holds 2 heap dumps/);
    await expect(chooser).toHaveValue("1");
    await chooser.selectOption("dump 2");
    await expect(page.getByRole("banner")).toContainText("dump 2 of 2");
    await loaded(page, basename(path ?? ""));
    await expect(chooser).toHaveValue("2");
    expect(await textOf(card)).not.toBe(first);
  });
}

test("a dump that is nearly all garbage says so first", async ({ page, pageUrl }) => {
  const path = extraDump("mat/java_pid1884.0001.hprof.gz");
  test.skip(path === null, "needs HEAPGLASS_EXTRA_DUMPS");
  await page.goto(pageUrl);
  await openDump(page, path ?? "");
  await expect(page.getByRole("main")).toContainText(
    /Most of this dump is unreachable.*147 objects of 497 MiB \(99\.9 %\)/,
  );
});
