/** The register on a slow machine behind a slow line: Chromium with its processor throttled six times and slow 3G. */
import { existsSync } from "node:fs";
import process from "node:process";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import { people } from "../harness/shop.ts";
import { UNLIMITED } from "./get.ts";
import { CODE, stockUp } from "./goods.ts";
import { openLogging } from "./open.ts";
import { type Figure, median, percentile, ROUNDS } from "./stats.ts";

const THROTTLE = 6;
/** 400 kbit/s each way, 400 ms there and back */
const SLOW = { offline: false, latency: 400, downloadThroughput: 50_000, uploadThroughput: 50_000 };
const SCANS = 4;
const BOX = "#scan-form input[name=code]";

export async function client(): Promise<Figure[]> {
  const executablePath = process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";
  if (!existsSync(executablePath)) {
    console.log(`client: no browser at ${executablePath}; CHROMIUM_PATH names one`);
    return [];
  }
  const shop = await openLogging({ env: UNLIMITED });
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    await stockUp(shop.db, 5000);
    const known = await browser.newContext({ locale: "es-CO" });
    await signIn(known, shop.url);
    const cookies = await known.cookies();
    const [first, next, painted]: number[][] = [[], [], []];
    for (let round = 0; round < ROUNDS; round++) {
      // signed in, and nothing of ours kept
      const fresh = await browser.newContext({ locale: "es-CO" });
      await fresh.addCookies(cookies);
      const page = await fresh.newPage();
      await slowDown(page);
      first?.push(await visit(page, shop.url));
      next?.push(await visit(page, shop.url));
      painted?.push(...(await scans(page, round)));
      await fresh.close();
    }
    const figure = (name: string, samples: number[] = [], atMost: number, share = 0.5): Figure => ({
      name: `${name}, processor ${THROTTLE}x slower, slow 3G`,
      value: share === 0.5 ? median(samples) : percentile(samples, share),
      unit: "ms",
      beside: `worst ${Math.max(...samples).toFixed(0)} ms${share === 0.5 ? "" : `, median ${median(samples).toFixed(0)} ms`}`,
      samples,
      goal: { atMost },
    });
    return [
      figure("register, first visit to a ready scan box", first, 3000),
      figure("register, next visit", next, 1000),
      figure("key to paint, p95", painted, 200, 0.95),
    ];
  } finally {
    await browser.close();
    await shop.close();
  }
}

async function signIn(context: BrowserContext, url: string): Promise<void> {
  const page = await context.newPage();
  await page.goto(`${url}/login`);
  await page.fill("input[name=username]", people.admin.username);
  await page.fill("input[name=password]", people.admin.password);
  await page.click("#login button[type=submit]");
  await page.waitForURL((at) => at.pathname !== "/login");
}

async function slowDown(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Network.enable");
  await devtools.send("Network.emulateNetworkConditions", SLOW);
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: THROTTLE });
}

/** From the press on the address to a scan box that has the cursor. */
async function visit(page: Page, url: string): Promise<number> {
  const started = performance.now();
  await page.goto(`${url}/pos`, { waitUntil: "commit", timeout: 120_000 });
  await page.waitForSelector(`${BOX}:focus`, { timeout: 120_000 });
  return performance.now() - started;
}

/** Milliseconds from each key to what it painted, as the browser's own event timing has it (in steps of 8 ms). */
async function scans(page: Page, round: number): Promise<number[]> {
  await page.waitForLoadState("load");
  await page.evaluate(`globalThis.heard = [];
    new PerformanceObserver((list) => {
      for (const { name, duration } of list.getEntries()) if (name === "keydown") heard.push(duration);
    }).observe({ type: "event", buffered: true, durationThreshold: 16 })`);
  for (let scan = 0; scan < SCANS; scan++) {
    const code = CODE(1 + round * SCANS + scan);
    const answered = page.waitForResponse((answer) => answer.request().method() === "POST" && answer.status() === 200);
    await page.locator(BOX).pressSequentially(code, { delay: 20 });
    await page.keyboard.press("Enter");
    await answered;
    // empty again
    await page.waitForSelector(`${BOX}:placeholder-shown`);
  }
  return page.evaluate("heard");
}
