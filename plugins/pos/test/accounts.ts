/** Customers for tests: added, in debt for some time, and their books. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import type { Shop } from "../../../test/harness/shop.ts";
import { invariants } from "../../customers/invariants.ts";

/** Answers the id. `more`: further facts of the API. */
export async function addCustomer(manager: ApiClient, name: string, more: object = {}): Promise<number> {
  const made = await manager.post<{ id: number }>("/api/v1/customers", { name, ...more }, { key: randomUUID() });
  assert.equal(made.status, 201, made.text);
  return made.body.id;
}

/** What does not add up of what customers owe, own and have earned; all of it, however old. */
export async function brokenAccounts(shop: Shop): Promise<string[]> {
  const found: string[] = [];
  for (const { name, check } of invariants)
    for (const said of await check(shop.db, { since: undefined, limit: 10 })) found.push(`${name}: ${said}`);
  return found;
}

/** A line of an account, as it would have been written that many days ago. */
export async function bookEntry(shop: Shop, id: number, kind: string, minor: number, days: number): Promise<void> {
  await shop.db.raw(
    `WITH moved AS (UPDATE customers SET balance_minor = balance_minor + :minor WHERE id = :id RETURNING id, balance_minor)
     INSERT INTO customer_entries (customer_id, store_id, kind, amount_minor, balance_minor, document_type, document_id, document_number, user_id, user_name, created_at)
     SELECT id, 1, :kind, :minor, balance_minor, 'sale', 1, 'C1-1', 1, 'x', now() - make_interval(days => :days) FROM moved`,
    { id, kind, minor, days },
  );
}
