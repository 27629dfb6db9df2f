/**
 * Each story of `tests/fixtures` must be told by its headline. Sizes and counts come from what the program
 * knew of its own heap, with room for another run of it: see `tests/java/README.md`.
 */
import { bytes, chain, expected, fixture, heading, percent, start, textOf } from "./support/app";
import { expect, test } from "./support/fixtures";

interface Story {
  dump: string;
  /** What is named as the holder. */
  holder: string | RegExp;
  /** What piles up. */
  of: string;
  /** Lowest and highest share of the used heap, in percent. */
  share: [number, number];
  /** Names on the way from the root, outermost first. */
  chain: string[];
  /** How many there are, as the program knows it. */
  count(): number;
}

interface Counted {
  culprit: { elements: number; instances: number };
}

const STORIES: Story[] = [
  {
    dump: "story-session-list",
    holder: "ExcelExportTaskWebSocket.SESSIONS",
    of: "WsSession",
    share: [85, 99],
    chain: ["class ExcelExportTaskWebSocket", "SESSIONS", "ArrayList", "elementData", "Object["],
    count: () => expected<Counted>("story-session-list").culprit.elements,
  },
  {
    dump: "story-tomcat-upgrade",
    holder: "UpgradeGroupInfo.upgradeInfos",
    of: "UpgradeInfo",
    share: [50, 90],
    chain: [
      "Thread",
      "NioEndpoint$Poller",
      "this$0",
      "UpgradeGroupInfo",
      "upgradeInfos",
      "elementData",
      "Object[",
    ],
    count: () => expected<Counted>("story-tomcat-upgrade").culprit.elements,
  },
  {
    dump: "story-mysql-cleanup-thread",
    holder: /AbandonedConnectionCleanupThread\.(connectionFinalizerPhantomRefs|referenceQueue)/,
    of: "ConnectionFinalizerPhantomReference",
    share: [60, 95],
    chain: ["AbandonedConnectionCleanupThread"],
    count: () => expected<Counted>("story-mysql-cleanup-thread").culprit.elements,
  },
  {
    dump: "story-modelmapper",
    holder: "OrderController.MAPPERS_BY_REQUEST",
    of: "ModelMapper",
    share: [50, 90],
    chain: ["class OrderController", "MAPPERS_BY_REQUEST", "HashMap", "table", "HashMap$Node["],
    count: () => expected<Counted>("story-modelmapper").culprit.instances,
  },
];

for (const story of STORIES) {
  test(`${story.dump}: headline, holder and chain`, async ({ page, pageUrl }) => {
    await start(page, pageUrl, fixture(story.dump));
    const headline = heading(page);
    await expect(headline).toContainText(story.holder);
    await expect(headline).toContainText(story.of);
    const text = await textOf(headline);
    const [least, most] = story.share;
    expect(percent(text)).toBeGreaterThan(least);
    expect(percent(text)).toBeLessThan(most);
    const counted = Number((/: ([\d,]+) /.exec(text)?.[1] ?? "0").replaceAll(",", ""));
    expect(counted).toBeGreaterThan(story.count() * 0.9);
    expect(counted).toBeLessThanOrEqual(story.count() + 1);

    const hops = await textOf(chain(page));
    let at = 0;
    for (const name of story.chain) {
      const found = hops.indexOf(name, at);
      expect(found, `${name} in its order in ${hops}`).toBeGreaterThanOrEqual(0);
      at = found;
    }
    // The sentence and the list of classes speak of the same heap.
    const heap = bytes(await textOf(page.getByRole("region", { name: "This dump" })));
    expect(bytes(text) / heap).toBeCloseTo(percent(text) / 100, 1);
  });
}

/** What the first screen advises, without a click. */
const ADVICE: [dump: string, words: RegExp[]][] = [
  ["story-session-list", [/Remove the session from each collection/, /@OnClose/]],
  [
    "story-tomcat-upgrade",
    [/Upgrade Tomcat to 9\.0\.54/, /tomcat-embed-core-9\.0\.53\.jar.*fixed in 9\.0\.54/],
  ],
  ["story-mysql-cleanup-thread", [/disableAbandonedConnectionCleanup=true/, /maxLifetime/]],
  ["story-modelmapper", [/one ModelMapper, as a singleton/]],
  ["story-native-innocent-heap", [/VM\.native_memory summary/, /try-with-resources/]],
];

for (const [dump, words] of ADVICE) {
  test(`${dump}: what to do`, async ({ page, pageUrl }) => {
    await start(page, pageUrl, fixture(dump));
    const remedies = page.getByRole("region", { name: "What to do" });
    await expect(remedies).toBeInViewport();
    for (const word of words) await expect(remedies).toContainText(word);
    await expect(page.getByText("High confidence")).toBeVisible();
  });
}

test("healthy: a calm verdict, and nothing to do", async ({ page, pageUrl }) => {
  await start(page, pageUrl, fixture("healthy"));
  await expect(heading(page)).toContainText("Nothing stands out");
  await expect(page.getByText("The heap has room: ")).toBeVisible();
  await expect(page.getByRole("region", { name: "What to do" })).toHaveCount(0);
});

test("story-native-innocent-heap: the heap is acquitted, and its owners outside are named", async ({
  page,
  pageUrl,
}) => {
  await start(page, pageUrl, fixture("story-native-innocent-heap"));
  await expect(heading(page)).toContainText("The heap is not the problem");
  await expect(page.getByRole("main")).toContainText("2,300 direct buffers reserve");
  const cached = page.getByRole("region", { name: "Largest classes" });
  await expect(cached).toContainText("RenderService");
});
