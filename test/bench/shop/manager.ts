/** Comes into a generated shop as who runs it. */
import { type Browser, createBrowser } from "../../harness/browser.ts";
import type { Shop } from "../../harness/shop.ts";

/** of all the people of shops that a bench generates, or is given */
export const PASSWORD = "the shop that never was";
const USERNAME = "bodega";

export async function managerIn(shop: Shop): Promise<Browser> {
  const browser = createBrowser(() => shop.url);
  const page = await (await browser.get("/login")).submit("input[name=password]", {
    username: USERNAME,
    password: PASSWORD,
  });
  if (page.url.startsWith("/login")) throw new Error(`${USERNAME} could not sign in: ${page.text}`);
  return browser;
}

/** What a program of the manager sends along. */
export async function managersToken(shop: Shop): Promise<Record<string, string>> {
  const { status, body, text } = await (await shop.api()).post<{ access_token: string }>("/api/v1/auth/login", {
    username: USERNAME,
    password: PASSWORD,
  });
  if (status !== 200) throw new Error(`${USERNAME} could not sign in: ${text}`);
  return { authorization: `Bearer ${body.access_token}`, "content-type": "application/json" };
}

/** Of a large shop it takes longer than a statement of a request may. */
export async function analyze(shop: Shop): Promise<void> {
  await shop.kernel.db.transaction(async (tx) => {
    await tx.raw("SET LOCAL statement_timeout = 0");
    await tx.raw("ANALYZE");
  });
}
