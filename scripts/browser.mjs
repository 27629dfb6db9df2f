/** Starts the Chromium of this machine for the scripts that measure or photograph the page. */
import { chromiumPath, ensureChromium } from "./ensure-chromium.mjs";
import { ensurePackages } from "./ensure-packages.mjs";

/** Switches for a browser that stays on this machine. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** @returns {Promise<import("@playwright/test").Browser>} a browser with a profile of its own */
export async function launchBrowser() {
  await ensurePackages();
  await ensureChromium();
  const { chromium } = await import("@playwright/test");
  return chromium.launch({ executablePath: chromiumPath(), args: FLAGS });
}
