/** What the tests of stores share. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import type { Browser } from "../../../test/harness/browser.ts";
import { people, type Role, type Shop } from "../../../test/harness/shop.ts";
import { cash, ring } from "./till.ts";

export interface StoreAnswer {
  id: number;
  name: string;
  currency: string | null;
}

/** Rows of a list that tell whose they are. */
export interface Placed {
  data: { id: number; store_id: number }[];
}

/** A zone in which it is now three in the morning, so that a cut-off at six tells yesterday from today. */
export function zoneAtThree(now: Date): string {
  const ahead = ((3 - now.getUTCHours() + 36) % 24) - 12;
  return ahead === 0 ? "Etc/GMT" : `Etc/GMT${ahead > 0 ? "-" : "+"}${Math.abs(ahead)}`;
}

/** The browser, standing at that register from now on. */
export async function standing(browser: Browser, register: number): Promise<Browser> {
  await (await browser.get("/pos/registers")).submit("#choose", { register_id: String(register) });
  return browser;
}

/** One loaf of bread at a register. */
export function sellAt(client: ApiClient, register: number | undefined, amount: string) {
  const at = register === undefined ? {} : { register_id: register };
  return ring(client, { items: [{ code: "PAN", quantity: "1" }], payments: cash(amount), ...at });
}

export async function idOf(shop: Shop, role: Role): Promise<number> {
  await shop.api(role);
  const { body } = await (await shop.api("admin")).get<{ data: { id: number; username: string }[] }>("/api/v1/users");
  return body.data.find(({ username }) => username === people[role].username)?.id ?? assert.fail(`no ${role}`);
}

/** A store with a register and bread on its shelves. */
export async function openStore(admin: ApiClient, facts: Record<string, unknown>, productId: number) {
  const store = await admin.post<StoreAnswer>("/api/v1/stores", facts, { key: randomUUID() });
  assert.equal(store.status, 201, store.text);
  const where = { store_id: store.body.id };
  const made = await admin.post<{ id: number }>(
    "/api/v1/registers",
    { name: "Caja norte", ...where },
    { key: randomUUID() },
  );
  const bread = { product_id: productId, quantity: "50", reason: "received", ...where };
  assert.equal((await admin.post("/api/v1/inventory/adjustments", bread, { key: randomUUID() })).status, 201);
  return { store: store.body.id, register: made.body.id };
}
