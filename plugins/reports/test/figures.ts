/** What the tests of reports share. */
import assert from "node:assert/strict";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import type { Shop } from "../../../test/harness/shop.ts";
import { cash, ring, stocked } from "../../pos/test/till.ts";
import { invariants } from "../invariants.ts";
import { recountMonth } from "../queries/counting.ts";

export interface ReportAnswer {
  report: string;
  currency: string;
  range: { from: string; to: string } | null;
  compared_with: { from: string; to: string } | null;
  count: number;
  totals: Record<string, string | number | null>;
  data: ({ key: string; name: string } & Record<string, string | number | null>)[];
  next_cursor: string | null;
  code?: string;
  errors?: { field: string; code: string }[];
}

/** A report after every event that was told is counted. */
export async function report(shop: Shop, client: ApiClient, name: string, query = ""): Promise<ReportAnswer> {
  await shop.kernel.outbox.drain();
  const answer = await client.get<ReportAnswer>(`/api/v1/reports/${name}${query}`);
  assert.equal(answer.status, 200, answer.text);
  return answer.body;
}

/** For 1,190 in cash, and counted; `cost` of it, if it is known. */
export async function sellOneBread(shop: Shop, goods: { cost?: string } = {}): Promise<void> {
  const bread = await stocked(shop, { sku: "PAN", price: "1190", ...goods });
  const order = { items: [{ product_id: bread.id, quantity: "1" }], payments: cash("2000") };
  assert.equal((await ring(await shop.api("employee"), order)).status, 201);
  await shop.kernel.outbox.drain();
}

/** After rows were written beside the program: months are what their days are again. */
export async function monthsAsDays({ kernel, db }: Shop): Promise<void> {
  const { rows } = await db.raw(
    `SELECT DISTINCT to_char(date_trunc('month', day), 'YYYY-MM-DD') AS month FROM (
       SELECT business_date::timestamp AS day FROM report_hours UNION SELECT business_date FROM report_totals UNION SELECT business_date FROM report_products
       UNION SELECT business_date FROM report_tenders) d`,
  );
  for (const { month } of rows) await kernel.db.transaction((tx) => recountMonth(tx, month));
}

/** What the invariants of reports tell. */
export async function wrong({ db, kernel }: Shop, since?: Date): Promise<string[]> {
  await kernel.outbox.drain();
  const found: string[] = [];
  for (const { check } of invariants) found.push(...(await check(db, { since, limit: 20 })));
  return found;
}
