/** At night the day that the shop has sold is history, wherever its day ends. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { handClock } from "../../../test/harness/clock.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import type { Finding } from "./saying.ts";

const DAYS = 120;

describe("the night of a shop", () => {
  let shop: Shop;
  let admin: ApiClient;
  // eleven minutes after midnight in Bogotá, one hour before it in Mexico
  const clock = handClock("2026-03-03T05:11:00Z");

  before(async () => {
    shop = await openShop({ clock });
    admin = await shop.api("admin");
    const made = await admin.post<{ id: number }>("/api/v1/products", { sku: "PAN", name: "Pan", price: "1000" });
    assert.equal(made.status, 201, made.text);
    const milli = Array.from(
      { length: DAYS },
      (_, day) => (4 + (day % 7 === 5 ? 8 : 0) + (((day * 7919) % 1000) >> 7)) * 1000,
    );
    // six hours ago, and at that hour of each day before
    await shop.db.raw(
      `WITH shelf AS (INSERT INTO inventory (store_id, product_id, on_hand_milli) VALUES (1, :id, 20000)
         ON CONFLICT (store_id, product_id) DO UPDATE SET on_hand_milli = 20000)
       INSERT INTO stock_movements (store_id, product_id, reason, quantity_milli, balance_milli, cost_minor, document_type, document_id,
         document_number, user_id, user_name, created_at)
       SELECT 1, :id, 'sale', -milli, 0, 60000, 'sale', 1, 'x', 1, 'x',
         cast(:now AS timestamptz) - interval '6 hours' - make_interval(days => cast(:days AS int) - place::int)
       FROM unnest(:milli::bigint[]) WITH ORDINALITY AS s (milli, place)`,
      { id: made.body.id, milli, days: DAYS, now: clock.now() },
    );
  });
  after(() => shop?.close());

  async function told(timeZone: string, cutoff: string) {
    const settings = await (await shop.browser("admin")).get("/settings");
    const day = { "kernel.time_zone": timeZone, "kernel.day_cutoff_hour": cutoff };
    assert.equal((await settings.submit("form[action='/settings']", day)).status, 200);
    // a tick is run once
    clock.advance(60_000);
    await shop.kernel.jobs.runNow("agents", "shelves-agents");
    const { body, text } = await admin.get<{ data: Finding[] }>("/api/v1/agents/findings?agent=stock");
    return (body.data.find(({ kind }) => kind === "runs_out") ?? assert.fail(text)).facts;
  }

  it("is the same whether its day ended at midnight, ends at four, or ends within the hour", async () => {
    const ended = await told("America/Bogota", "0");
    assert.deepEqual(await told("America/Bogota", "4"), ended);
    assert.deepEqual(await told("America/Mexico_City", "0"), ended);
    assert.notDeepEqual(await told("America/Bogota", "12"), ended, "half a day is not yet history");
  });
});
