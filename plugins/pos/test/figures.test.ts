/** What the till tells whoever watches from afar. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { type HandClock, handClock } from "../../../test/harness/clock.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { cash, type Goods, ring, stocked } from "./till.ts";
import { openStore, sellAt } from "./two-stores.ts";

const HOUR_MS = 3_600_000;

describe("the till in figures", () => {
  let shop: Shop;
  let clock: HandClock;
  let admin: ApiClient;
  let bread: Goods;
  before(async () => {
    clock = handClock();
    shop = await openShop({ clock });
    admin = await shop.api("admin");
    bread = await stocked(shop, { sku: "PAN", price: "1000", stock: "12", barcodes: ["PAN"], reorder_point: "10" });
  });
  after(() => shop?.close());

  const read = async (series: string) => {
    const text = await shop.kernel.metrics.text();
    const line = text.split("\n").find((one) => one.startsWith(`${series} `));
    return line === undefined ? undefined : Number(line.slice(series.length + 1));
  };
  const store = (name: string, more = "") => `${name}{store="1"${more}}`;
  const currency = ',currency="COP"';
  const items = (quantity: string) => [{ product_id: bread.id, quantity }];

  /** the register whose numbers end */
  let ending = 0;
  const numbers = (name: string) => read(store(name, `,register="${ending}"`));

  it("nothing sold, no shift: zeros, and no tender", async () => {
    assert.equal(await read(store("pos_day_sales")), 0);
    assert.equal(await read(store("pos_day_total_minor", currency)), 0);
    assert.equal(await read(store("pos_day_tender_minor", `,tender="cash"${currency}`)), undefined);
    assert.equal(await read(store("pos_open_shifts")), 0);
    assert.equal(await read(store("pos_open_shift_oldest_seconds")), 0);
    assert.equal(await read(store("pos_low_stock_products")), 0);
    assert.equal(await read(store("pos_numbers_left", ',register="1"')), undefined, "they have no end");
  });

  it("sales by store and tender, what came back taken off", async () => {
    const sold = await ring(admin, { items: items("2"), payments: cash("2000") });
    assert.equal(sold.status, 201, sold.text);
    const mixed = [...cash("300"), { method: "card", amount: "700", reference: "1234" }];
    const second = await ring(admin, { items: items("1"), payments: mixed });
    assert.equal(second.status, 201, second.text);
    const taken = await admin.post(`/api/v1/sales/${sold.body.id}/void`, { reason: "x" }, { key: randomUUID() });
    assert.equal(taken.status, 201, taken.text);
    assert.equal(await read(store("pos_day_sales")), 2);
    assert.equal(await read(store("pos_day_total_minor", currency)), 100_000);
    assert.equal(await read(store("pos_day_tender_minor", `,tender="cash"${currency}`)), 30_000);
    assert.equal(await read(store("pos_day_tender_minor", `,tender="card"${currency}`)), 70_000);
    assert.equal(await read(store("pos_open_shifts")), 1);
    assert.equal(await read(store("pos_low_stock_products")), 0, "eleven are left");
    assert.equal((await ring(admin, { items: items("1"), payments: cash("1000") })).status, 201);
    assert.equal(await read(store("pos_low_stock_products")), 1);
  });

  it("another store has its own", async () => {
    const north = await openStore(admin, { name: "Norte" }, bread.id);
    assert.equal((await sellAt(admin, north.register, "1000")).status, 201);
    assert.equal(await read(`pos_day_sales{store="${north.store}"}`), 1);
    assert.equal(await read(store("pos_day_sales")), 3);
  });

  it("numbers that end: how many, which share, how many days", async () => {
    const { body } = await admin.post<{ id: number }>("/api/v1/registers", { name: "Fin" }, { key: randomUUID() });
    const range = { prefix: "F", from: 1, to: 4, expires_on: "2026-03-13" };
    const path = `/api/v1/registers/${body.id}/number-ranges`;
    const granted = await admin.post(path, range, { key: randomUUID() });
    assert.equal(granted.status, 201, granted.text);
    ending = body.id;
    assert.equal(await numbers("pos_numbers_left"), 4);
    assert.equal(await numbers("pos_numbers_left_days"), 11);
    assert.equal((await sellAt(admin, body.id, "1000")).status, 201);
    assert.equal(await numbers("pos_numbers_left"), 3);
    assert.equal(await numbers("pos_numbers_left_ratio"), 0.75);
  });

  it("the next business day begins with nothing; a shift and numbers grow old", async () => {
    clock.advance(25 * HOUR_MS);
    assert.equal(await read(store("pos_day_sales")), 0, "the next day");
    assert.equal(await read(store("pos_day_tender_minor", `,tender="cash"${currency}`)), undefined);
    assert.equal(await read(store("pos_open_shift_oldest_seconds")), 25 * 3600);
    clock.advance(11 * 24 * HOUR_MS);
    assert.equal(await numbers("pos_numbers_left"), 0, "the last day is over");
    assert.equal(await numbers("pos_numbers_left_days"), undefined);
  });
}).timeout(120_000);
