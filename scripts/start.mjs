/** From a fresh checkout to the page in the browser: installs, builds and serves. */
import { buildPage } from "./build-page.mjs";
import { command } from "./run.mjs";
import { serve, wantedPort } from "./serve.mjs";

await command(import.meta.url, async () => {
  const started = performance.now();
  const port = wantedPort();
  await buildPage();
  const { url } = await serve({ port });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`\nHeapglass is ready after ${seconds} s: ${url}\nCtrl+C stops it.`);
});
