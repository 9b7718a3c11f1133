/** When what was ordered is expected, and what is no longer. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { awaitedOf, onOrderMilli } from "../awaited.ts";
import { type Answer, buyer } from "./buying.ts";

const order = (sentOn: string | undefined, leadTimeDays = 7, orderId = 1) =>
  ({ orderId, productId: 9, milli: 100_000, leadTimeDays, sentOn }) as const;
const on = (today: string, ...lines: ReturnType<typeof order>[]) => awaitedOf(lines, today).get(9);

describe("orders that are awaited", () => {
  it("come a lead time after they were sent; when that is past, a lead time from today; then nobody counts on them", () => {
    const sent = order("2026-01-05");
    const arrivals = (today: string) => on(today, sent)?.arrivals.map(({ inDays }) => inDays);
    assert.deepEqual(arrivals("2026-01-05"), [7]);
    assert.deepEqual(arrivals("2026-01-06"), [6]);
    assert.deepEqual(arrivals("2026-01-12"), [0]);
    assert.deepEqual(arrivals("2026-01-13"), [7]);
    assert.deepEqual(arrivals("2026-01-19"), [7]);
    assert.deepEqual(arrivals("2026-01-20"), []);
    assert.deepEqual(on("2026-01-12", sent)?.overdue, []);
    const late = { number: "OC-1", sentOn: "2026-01-05", dueOn: "2026-01-12", milli: 100_000 };
    assert.deepEqual(on("2026-01-13", sent)?.overdue, [late]);
    assert.deepEqual(on("2026-11-27", sent)?.overdue, [late]);
  });

  it("of a supplier who brings on the same day are given a day", () => {
    const sent = order("2026-01-05", 0);
    assert.deepEqual(on("2026-01-06", sent)?.arrivals, [{ milli: 100_000, inDays: 0 }]);
    assert.deepEqual(on("2026-01-07", sent)?.arrivals, []);
  });

  it("what was sent lately counts beside one that never came, and a draft on no day", () => {
    const all = on("2026-03-02", order("2026-01-05"), order("2026-03-01", 7, 2), order(undefined, 7, 3));
    assert.equal(onOrderMilli(all), 200_000);
    assert.deepEqual(all?.arrivals, [{ milli: 100_000, inDays: 6 }]);
    assert.equal(onOrderMilli(undefined), 0);
  });
});

interface Suggested {
  data: { lines: { sku: string; quantity: string; on_order: string; overdue: object[] }[] }[];
}

describe("suggestions beside an order that never came", () => {
  let shop: Shop;
  let manager: ApiClient;
  let sent: Answer;

  before(async () => {
    shop = await openShop();
    manager = await shop.api("manager");
    const shopping = buyer(manager);
    const supplier = await shopping.supplier("Molinos", { lead_time_days: 10 });
    await shopping.product("PISO", { reorder_point: "50" });
    sent = await shopping.sent(supplier, [{ code: "PISO", quantity: "100", cost: "8" }]);
  });
  after(() => shop?.close());

  const suggested = async (daysAgo: number) => {
    const bound = { id: sent.id, daysAgo };
    await shop.db.raw(
      "UPDATE purchase_orders SET sent_at = now() - make_interval(days => cast(:daysAgo AS int)) WHERE id = :id",
      bound,
    );
    const { body } = await manager.get<Suggested>("/api/v1/purchases/suggestions");
    return body.data.flatMap(({ lines }) => lines);
  };

  it("suggest it anew once it is late by more than its lead time, and say so", async () => {
    assert.deepEqual(await suggested(1), []);
    assert.deepEqual(await suggested(20), [], "ten days late");
    const [line] = await suggested(21);
    assert.deepEqual([line?.sku, line?.quantity, line?.on_order], ["PISO", "50.000", "0.000"]);
    const { rows } = await shop.db.raw(
      `SELECT to_char(sent_at AT TIME ZONE 'America/Bogota', 'YYYY-MM-DD') AS sent_on,
         to_char((sent_at + interval '10 days') AT TIME ZONE 'America/Bogota', 'YYYY-MM-DD') AS due_on FROM purchase_orders`,
    );
    assert.deepEqual(line?.overdue, [{ order: sent.number, ...rows[0], quantity: "100.000" }]);
    const page = await (await shop.browser("manager")).get("/purchases/suggestions");
    assert.match(
      page.text,
      new RegExp(`El pedido ${sent.number}, enviado el [^.]+, debía llegar el [^.]+ y sigue pendiente\\.`),
    );
  });
});
