/** Sales at an hour at which the shop sleeps. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { handClock } from "../../../test/harness/clock.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { hoursOfSales } from "../../pos/queries/hours.ts";
import { createAnomalyWatch } from "../watching/anomalies.ts";
import { type Finding, offersDismissal } from "./saying.ts";

describe("the hours of a shop", () => {
  let shop: Shop;
  const day = "2026-03-02";
  const clock = handClock(`${day}T23:00:00Z`);
  before(async () => {
    shop = await openShop({ clock });
  });
  after(() => shop?.close());

  it("a sale at an hour at which nothing is ever sold is told", async () => {
    // forty days with sales at ten, one at three in the morning today
    await shop.db.raw(
      `INSERT INTO sales (number, store_id, register_id, user_id, user_name, currency, subtotal_minor, tax_minor, total_minor, paid_minor,
         change_minor, business_date, created_at)
       SELECT 'X' || n, 1, 1, 1, 'x', 'COP', 0, 0, 0, 0, 0, cast(:day AS date) - n, (cast(:day AS date) - n)::timestamp + interval '10 hours'
       FROM generate_series(1, 40) n
       UNION ALL SELECT 'X0', 1, 1, 1, 'x', 'COP', 0, 0, 0, 0, 0, cast(:day AS date), cast(:day AS date)::timestamp + interval '3 hours'`,
      { day },
    );
    const asked = { storeId: 1, day, looked: 7, before: 56, timeZone: "UTC" };
    const hours = await hoursOfSales(shop.db, asked);
    assert.deepEqual(
      hours.map((one) => [one.hour, one.days, one.usualDays, one.sales, one.day === day]),
      [...[34, 35, 36, 37, 38, 39].map((days) => [10, days, days, 1, false]), [3, 40, 0, 1, true]],
    );
    // of a till that was off since, the days before are looked at too, each by those before it
    const later = new Date(Date.parse(`${day}T00:00:00Z`) + 5 * 86_400_000).toISOString().slice(0, 10);
    const afterwards = await hoursOfSales(shop.db, { ...asked, day: later });
    assert.deepEqual(
      afterwards.map(({ hour, days, usualDays }) => [hour, days, usualDays]),
      [
        [10, 39, 39],
        [3, 40, 0],
      ],
    );
    const watch = createAnomalyWatch({
      clock,
      stores: {
        list: async () => [{ id: 1, active: true, training: false }],
        shopOf: async () => ({ currency: "COP", timeZone: "UTC", dayCutoffHour: 0 }),
      } as unknown as Parameters<typeof createAnomalyWatch>[0]["stores"],
      sales: { losses: async () => [], hoursOfSales: (what) => hoursOfSales(shop.db, what) },
      inventory: { priceJumps: async () => [] },
    });
    const { said } = await watch(new AbortController().signal);
    const odd = said.filter(({ subject }) => subject.startsWith(`hour:${day}:`));
    assert.ok(
      odd.some(({ subject }) => subject === `hour:${day}:3`),
      JSON.stringify(said),
    );
    assert.ok(!odd.some(({ subject }) => subject === `hour:${day}:10`));
    assert.deepEqual(odd.find(({ subject }) => subject === `hour:${day}:3`)?.news, ["sales:1", "user:1"]);
  });

  it("whoever sold at that hour does not say himself that it is all right", async () => {
    const [admin, manager] = [await shop.api("admin"), await shop.api("manager")];
    await shop.db.raw(
      `INSERT INTO sales (number, store_id, register_id, user_id, user_name, currency, subtotal_minor, tax_minor, total_minor, paid_minor,
         change_minor, business_date, created_at)
       SELECT 'Y' || u.id, 1, 1, u.id, u.username, 'COP', 0, 0, 0, 0, 0, cast(:day AS date),
         cast(:day AS date)::timestamp + interval '3 hours 10 minutes' -- 22:10 in Bogotá
       FROM users u WHERE u.username IN ('manuela', 'admin') ORDER BY u.id`,
      { day },
    );
    await shop.kernel.jobs.runNow("agents", "anomaly-agent");
    const found = await admin.get<{ data: Finding[] }>("/api/v1/agents/findings?agent=anomaly");
    const odd = found.body.data.find(({ subject }) => subject === `hour:${day}:22`) ?? assert.fail(found.text);
    const dismiss = (client: ApiClient) =>
      client.post<{ code: string }>(
        `/api/v1/agents/findings/${odd.id}/state`,
        { state: "dismissed" },
        { key: randomUUID() },
      );
    for (const [role, client] of [
      ["manager", manager],
      ["admin", admin],
    ] as const) {
      const own = await dismiss(client);
      assert.deepEqual([own.status, own.body.code], [403, "FINDING_ABOUT_YOU"], own.text);
      assert.equal(await offersDismissal(shop, role, odd.id), false);
    }
  });
});
