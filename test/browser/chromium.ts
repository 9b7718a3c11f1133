/** One Chromium for a run of stories; without one installed they are skipped and say why. */
import { existsSync } from "node:fs";
import { after, before } from "mocha";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { people } from "../harness/shop.ts";

const QUIET = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A way to new contexts; every context and the browser are closed after the suite that asked. */
export function useChromium(): (options?: BrowserContextOptions) => Promise<BrowserContext> {
  const executablePath = process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium";
  let browser: Browser | undefined;
  before(async function () {
    if (!existsSync(executablePath)) {
      process.stderr.write(`      no browser at ${executablePath}: set CHROMIUM_PATH to run these\n`);
      return this.skip();
    }
    browser = await chromium.launch({ executablePath, args: QUIET });
  });
  after(() => browser?.close());
  return async (options) => {
    if (!browser) throw new Error("the browser was not launched");
    const context = await browser.newContext({ locale: "es-CO", ...options });
    context.setDefaultTimeout(20_000);
    return context;
  };
}

/** Through the login page, as a person does it. */
export async function signIn(page: Page, url: string, role: keyof typeof people = "admin"): Promise<void> {
  await page.goto(`${url}/login`);
  await page.fill("input[name=username]", people[role].username);
  await page.fill("input[name=password]", people[role].password);
  await page.click("#login button[type=submit]");
  await page.waitForURL((at) => at.pathname !== "/login");
}

/** What a browser complains about and whom else it asks, from now on. */
export function complaints(page: Page, url: string): { errors: string[]; strangers: string[] } {
  const heard = { errors: [] as string[], strangers: [] as string[] };
  page.on("console", (message) => {
    if (message.type() === "error") heard.errors.push(message.text());
  });
  page.on("pageerror", (error) => heard.errors.push(error.message));
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== url) heard.strangers.push(request.url());
  });
  return heard;
}
