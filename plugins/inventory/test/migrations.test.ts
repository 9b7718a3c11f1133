/** The latest migrations go back and forth with data: what both sides can hold is kept, and the schema comes out as it was. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readdir } from "node:fs/promises";
import type { Knex } from "knex";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { addProduct, adjust, sell } from "./shelf.ts";

const FOLDER = new URL("../migrations/", import.meta.url);
/** what the tests go back to, and no further */
const OLDEST = "0041";

interface Migration {
  name: string;
  up(knex: Knex): Promise<void>;
  down(knex: Knex): Promise<void>;
}

class Back extends Error {}

describe("migrations of the inventory", () => {
  let shop: Shop;
  let manager: ApiClient;
  let newestFirst: Migration[];
  before(async () => {
    shop = await openShop();
    manager = await shop.api("manager");
    const names = (await readdir(FOLDER))
      .filter((name) => name >= OLDEST)
      .toSorted()
      .toReversed();
    newestFirst = await Promise.all(
      names.map(async (name) => ({ name, ...(await import(new URL(name, FOLDER).href)) })),
    );
    assert.ok(newestFirst.length > 8);
    const csv = "sku,name,price\nA1,Uno,100\nA1,Dos,bad\nB2,Otro,200\n";
    const sent = await manager.post(`/api/v1/products/import?dry_run=true`, csv, { type: "text/csv" });
    assert.ok(sent.status < 300, sent.text);
    const milk = await addProduct(manager, { sku: "LECHE" });
    await adjust(manager, milk.id, "5");
    await manager.patch(`/api/v1/products/${milk.id}`, { price: "1100" });
    await sell(shop, 9001, [{ productId: milk.id, quantityMilli: 1000 }]);
    const ham = await addProduct(manager, { sku: "JAMON" });
    await manager.put(`/api/v1/products/${ham.id}/lots`, { tracks_lots: true });
    const body = { product_id: ham.id, quantity: "5", reason: "received", lot: "L1", expires_on: "2099-01-01" };
    await manager.post("/api/v1/inventory/adjustments", body, { key: randomUUID() });
    const count = await manager.post<{ id: number }>("/api/v1/counts", {}, { key: randomUUID() });
    await manager.post(`/api/v1/counts/${count.body.id}/cancel`, {}, { key: randomUUID() });
  });
  after(() => shop.close());

  /** Tables, columns, constraints, indexes, triggers and functions, as PostgreSQL writes them; the order of columns is no matter. */
  async function schema(tx: Knex): Promise<string[]> {
    const { rows } = await tx.raw(`
      SELECT format('%s.%s %s %s %s', table_name, column_name, data_type, is_nullable, column_default) AS line
        FROM information_schema.columns WHERE table_schema = 'public'
      UNION ALL SELECT format('%s %s %s', conrelid::regclass, contype, pg_get_constraintdef(oid)) FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace
      UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
      UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
      UNION ALL SELECT p.oid::regprocedure::text || md5(p.prosrc) FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
      ORDER BY 1`);
    return rows.map(({ line }: { line: string }) => line);
  }
  const read = async (tx: Knex, sql: string) => (await tx.raw(sql)).rows;
  const imports = (tx: Knex) =>
    read(
      tx,
      `SELECT i.id, i.file_name, i.status, i.total, i.failed, i.preview, i.fault ->> 'code' AS fault, i.owner, i.list, i.permission,
         (SELECT string_agg(encode(content, 'hex'), '' ORDER BY part) FROM list_import_parts WHERE import_id = i.id) AS content,
         (SELECT jsonb_agg(to_jsonb(f) ORDER BY row_number, place) FROM list_import_faults f WHERE import_id = i.id) AS faults
       FROM list_imports i ORDER BY i.id`,
    );
  const products = (tx: Knex) =>
    read(
      tx,
      `SELECT p.sku, p.name, p.price_minor, i.store_id, i.on_hand_milli, (SELECT count(*)::int FROM stock_movements m
         WHERE m.product_id = p.id AND m.store_id = i.store_id) AS moves FROM products p JOIN inventory i ON i.product_id = p.id ORDER BY 1, 4`,
    );

  /** In a transaction that is rolled back: the shop stays as it is. */
  const within = (work: (tx: Knex.Transaction) => Promise<void>) =>
    shop.db
      .transaction(async (tx) => {
        await work(tx);
        throw new Back();
      })
      .catch((error) => {
        if (!(error instanceof Back)) throw error;
      });

  it("each of the latest down and up again leaves the schema, the products and their stock", async () => {
    await within(async (tx) => {
      const [before, stock] = [await schema(tx), await products(tx)];
      for (const [index] of newestFirst.entries()) {
        const some = newestFirst.slice(0, index + 1);
        for (const one of some) await one.down(tx);
        for (const one of some.toReversed()) await one.up(tx);
        assert.deepEqual(await schema(tx), before, `down to ${some.at(-1)?.name} and up again`);
        assert.deepEqual(await products(tx), stock);
      }
    });
  });

  it("the history of prices is filled from the trail: who, when, and each price", async () => {
    await within(async (tx) => {
      const own = () =>
        read(
          tx,
          "SELECT product_id, price_minor, user_name, created_at::date AS day FROM price_changes WHERE price_list_id IS NULL ORDER BY id",
        );
      const before = await own();
      assert.ok(before.length >= 3);
      const some = newestFirst.filter(({ name }) => name >= "0081");
      for (const one of some) await one.down(tx);
      for (const one of some.toReversed()) await one.up(tx);
      assert.deepEqual(await own(), before);
    });
  });

  it("imports go back to the products' own tables with their files and faults, take new ones there, and come again", async () => {
    await within(async (tx) => {
      const found = await imports(tx);
      assert.equal(found.length, 1, "there is one to look at");
      assert.ok(found[0].content && found[0].faults);
      const some = newestFirst.filter(({ name }) => name >= "0060");
      for (const one of some) await one.down(tx);
      assert.deepEqual(await read(tx, "SELECT count(*)::int AS count FROM list_imports WHERE list = 'products'"), [
        { count: 0 },
      ]);
      const old = await read(
        tx,
        "SELECT i.id, i.file_name, (SELECT count(*)::int FROM product_import_faults WHERE import_id = i.id) AS faults FROM product_imports i",
      );
      assert.deepEqual(old, [{ id: found[0].id, file_name: found[0].file_name, faults: found[0].faults.length }]);
      const fresh = await read(
        tx,
        `INSERT INTO product_imports (file_name, status, dry_run, atomic, layout, total, store_id, user_id, user_name, created_at)
         SELECT 'nuevo.csv', 'done', false, false, layout, 1, store_id, user_id, user_name, now() FROM product_imports RETURNING id`,
      );
      assert.ok(fresh[0].id > found[0].id, "its number is its own");
      for (const one of some.toReversed()) await one.up(tx);
      const again = await imports(tx);
      assert.deepEqual(again.slice(0, 1), found);
      assert.equal(again[1]?.file_name, "nuevo.csv");
    });
  });
});
