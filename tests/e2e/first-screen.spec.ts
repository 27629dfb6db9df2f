/**
 * Each story of production must be told by the first screen, without a click: culprit, share, holder, chain, count,
 * average and remedy. The small dumps of `tests/fixtures` always, those of production size where
 * HEAPGLASS_STORY_DUMPS names a folder that `scripts/make-story-dumps.sh` has filled.
 */
import type { Page } from "@playwright/test";
import { bytes, chain, firstNumber, heading, percent, start, textOf } from "./support/app";
import { expect, test } from "./support/fixtures";
import { NEEDS_DUMPS, SIZES, type StorySize, storyDump } from "./support/stories";

/** A laptop's screen: what does not fit on it is not the first screen. */
test.use({ viewport: { width: 1280, height: 800 } });

interface Facts {
  culprit: { elements?: number; instances: number };
  directBuffers: { owners: { buffers: number; bytes: number }[] };
  sizes: Record<string, number>;
}

interface Story {
  dump: string;
  /** In one of these sentences stand the culprit, its share, its count and its average. */
  sentence: (page: Page) => ReturnType<Page["locator"]>;
  /** What holds it, as a programmer names it. */
  holder: string;
  /** What piled up. */
  culprit: string;
  /** Least share, in percent. */
  share: Record<StorySize, number>;
  /** How many there are, as the program knows it, and at least in production. */
  count: (facts: Facts) => number;
  production: number;
  /** Names on the way from the root, outermost first. */
  chain: string[];
  remedy: (string | RegExp)[];
  /** What else the sentences under the headline say. */
  also: (facts: Facts, size: StorySize) => (string | RegExp)[];
}

const STORIES: Story[] = [
  {
    dump: "story-session-list",
    sentence: heading,
    holder: "ExcelExportTaskWebSocket.SESSIONS",
    culprit: "WsSession",
    share: { fixture: 85, production: 95 },
    count: ({ culprit }) => culprit.elements ?? 0,
    production: 5_000,
    chain: ["class ExcelExportTaskWebSocket", "static SESSIONS", "ArrayList", "elementData"],
    remedy: ["Remove the session from each collection", "@OnClose"],
    also: ({ sizes }) => [
      `WEB_SOCKET_SET has ${sizes["WEB_SOCKET_SET"]}`,
      `WEB_SOCKET_MAP has ${sizes["WEB_SOCKET_MAP"]}`,
      "Thread http-nio-8080-exec-7 was throwing OutOfMemoryError",
    ],
  },
  {
    dump: "story-tomcat-upgrade",
    sentence: heading,
    holder: "UpgradeGroupInfo.upgradeInfos",
    culprit: "UpgradeInfo",
    share: { fixture: 50, production: 95 },
    count: ({ culprit }) => culprit.elements ?? 0,
    production: 1_000_000,
    chain: [
      "NioEndpoint$Poller",
      ".this$0",
      "NioEndpoint",
      ".handler",
      "Http11NioProtocol",
      "UpgradeGroupInfo",
      ".upgradeInfos",
      "Object[",
    ],
    remedy: ["Upgrade Tomcat to 9.0.54", /tomcat-embed-core-9\.0\.53\.jar.*fixed in 9\.0\.54/],
    also: () => ["Thread http-nio-8080-Poller"],
  },
  {
    dump: "story-mysql-cleanup-thread",
    sentence: heading,
    holder: "AbandonedConnectionCleanupThread.connectionFinalizerPhantomRefs",
    culprit: "ConnectionFinalizerPhantomReference",
    share: { fixture: 60, production: 95 },
    count: ({ culprit }) => culprit.elements ?? 0,
    production: 20_000,
    chain: ["AbandonedConnectionCleanupThread", "static connectionFinalizerPhantomRefs", ".table"],
    remedy: [
      "-Dcom.mysql.cj.disableAbandonedConnectionCleanup=true",
      "maxLifetime",
      "maximumPoolSize",
    ],
    also: () => [
      /They are phantom references: [\d,]+ of [\d,]+ have lost their referent/,
      "10 still refer to a ConnectionImpl",
      "each keeps its networkResources",
    ],
  },
  {
    dump: "story-modelmapper",
    sentence: heading,
    holder: "OrderController.MAPPERS_BY_REQUEST",
    culprit: "ModelMapper",
    share: { fixture: 50, production: 90 },
    count: ({ culprit }) => culprit.instances,
    production: 4_000,
    chain: ["class OrderController", "static MAPPERS_BY_REQUEST", "HashMap", ".table"],
    remedy: ["one ModelMapper, as a singleton"],
    // The fixture's few generated classes are not worth a sentence.
    also: (_facts, size) =>
      size === "production"
        ? [/900 GeneratedClassLoader each define/]
        : ["Class OrderController retains"],
  },
  {
    dump: "story-native-innocent-heap",
    sentence: (page) =>
      page.getByRole("main").locator("p span", { hasText: "largest owner" }).first(),
    holder: "RenderService$FrameCache.FRAMES_BY_AGE",
    culprit: "buffers",
    share: { fixture: 90, production: 95 },
    count: ({ directBuffers }) => directBuffers.owners[0]?.buffers ?? 0,
    production: 20_000,
    chain: [
      "class RenderService$FrameCache",
      "static FRAMES_BY_AGE",
      ".pixels",
      "DirectByteBuffer",
    ],
    remedy: ["VM.native_memory summary", "-XX:MaxDirectMemorySize", "try-with-resources"],
    also: () => [
      "The heap has room",
      /threads with a stack each/,
      /JDBC statements that are not closed/,
      /Of the open statements [\d,]+ are INSERT INTO audit_log/,
    ],
  },
];

for (const story of STORIES) {
  for (const size of SIZES) {
    test(`${story.dump}, ${size} size: all on the first screen`, async ({ page, pageUrl }) => {
      const dump = storyDump<Facts>(story.dump, size);
      test.skip(dump === null, NEEDS_DUMPS);
      if (dump === null) return;
      test.slow();
      await start(page, pageUrl, dump.path);

      const sentence = story.sentence(page);
      await expect(sentence).toBeInViewport({ ratio: 1 });
      for (const words of [story.holder, story.culprit])
        await expect(sentence).toContainText(words);
      const text = await textOf(sentence);
      expect(percent(text)).toBeGreaterThanOrEqual(story.share[size]);
      const told = firstNumber(text.slice(text.indexOf(":")));
      const known = story.count(dump.expected);
      expect(told).toBeGreaterThan(known * 0.9);
      expect(told).toBeLessThanOrEqual(known + 1);
      if (size === "production") expect(known).toBeGreaterThanOrEqual(story.production);
      // The average is of these objects: together they are what is held, or most of it.
      const average = bytes(/of [\d,.]+\s\S+ each/.exec(text)?.[0] ?? "");
      const held = bytes(text.replace(/of [\d,.]+\s\S+ each/, ""));
      expect(average * told).toBeGreaterThan(held * 0.85);
      expect(average * told).toBeLessThan(held * 1.02);

      await expect(chain(page)).toBeInViewport({ ratio: 1 });
      const hops = await textOf(chain(page));
      let at = 0;
      for (const name of story.chain) {
        const found = hops.indexOf(name, at);
        expect(found, `${name} in its order in ${hops}`).toBeGreaterThanOrEqual(0);
        at = found;
      }

      const remedies = page.getByRole("region", { name: "What to do" });
      await expect(remedies).toBeInViewport();
      for (const words of story.remedy) await expect(remedies).toContainText(words);
      const main = page.getByRole("main");
      for (const words of story.also(dump.expected, size)) await expect(main).toContainText(words);
      await expect(page.getByText("High confidence")).toBeInViewport();
    });
  }
}
