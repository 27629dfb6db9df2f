import { expect, test } from "./support/fixtures";

test("the page opens", { tag: "@file" }, async ({ page, pageUrl }) => {
  await page.goto(pageUrl);
  await expect(page).toHaveTitle(/Heapglass/);
  await expect(page.locator("body")).toContainText("Heapglass");
});

test("the page cannot open a connection", { tag: "@file" }, async ({
  page,
  pageUrl,
  serverUrl,
  consoleErrors,
}) => {
  await page.goto(pageUrl);
  const requests: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  const outcome = await page.evaluate(async (url) => {
    const blocked = new Promise<string>((resolve) => {
      document.addEventListener("securitypolicyviolation", (event) => {
        resolve(event.effectiveDirective);
      });
    });
    const attempt = fetch(url).then(
      () => "answered",
      () => "refused",
    );
    return { attempt: await attempt, blocked: await blocked };
  }, serverUrl);
  expect(outcome).toEqual({ attempt: "refused", blocked: "connect-src" });
  expect(requests).toEqual([]);
  // The browser reports on the console what it refused.
  consoleErrors.length = 0;
});

test("a worker of the page cannot open a connection", { tag: "@file" }, async ({
  page,
  pageUrl,
  serverUrl,
  consoleErrors,
}) => {
  await page.goto(pageUrl);
  const outcome = await page.evaluate((url) => {
    const script = `fetch("${url}").then(() => postMessage("answered"), () => postMessage("refused"))`;
    const worker = new Worker(URL.createObjectURL(new Blob([script])));
    return new Promise((resolve) => {
      worker.onmessage = ({ data }) => resolve(data);
    });
  }, serverUrl);
  expect(outcome).toBe("refused");
  consoleErrors.length = 0;
});
