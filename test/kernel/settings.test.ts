import assert from "node:assert/strict";
import type { Knex } from "knex";
import { after, before, describe, it } from "mocha";
import { z } from "zod";
import { setting } from "../../kernel/settings/settings.ts";
import { readShop, shopSettings } from "../../kernel/settings/shop.ts";
import { createSettings } from "../../kernel/settings/store.ts";
import { handClock } from "../harness/clock.ts";
import { type KernelDatabase, kernelDatabase } from "../harness/kernel-database.ts";

describe("settings of the shop", () => {
  let shop: KernelDatabase;
  before(async () => {
    shop = await kernelDatabase();
  });
  after(() => shop.close());

  it("a shop that has chosen nothing yet has its defaults", async () => {
    const settings = createSettings({ db: shop.db });
    assert.equal((await readShop(settings)).timeZone, "America/Bogota");
  });

  it("a change holds at once here, and within seconds on another instance", async () => {
    const clock = handClock();
    const here = createSettings({ db: shop.db, clock });
    const there = createSettings({ db: shop.another(), clock });
    assert.equal(await there.get(shopSettings.name), "Mi tienda");
    await here.get(shopSettings.name);
    await shop.db.transaction((tx) => here.set(tx, shopSettings.name, "La Esquina"));
    assert.equal(await here.get(shopSettings.name), "La Esquina");
    clock.advance(5000);
    assert.equal(await there.get(shopSettings.name), "La Esquina");
    // the clock was ahead, and is put right
    clock.advance(-3_600_000);
    await shop.db.transaction((tx) => here.set(tx, shopSettings.name, "La Otra"));
    assert.equal(await there.get(shopSettings.name), "La Otra");
  });

  it("a change that is rolled back was never made, also inside a larger transaction", async () => {
    const settings = createSettings({ db: shop.db });
    const refused = shop.db.transaction(async (tx) => {
      await tx.transaction((inner) => settings.set(inner, shopSettings.phone, "300 000 0000"));
      throw new Error("refused");
    });
    await assert.rejects(refused);
    assert.equal(await settings.get(shopSettings.phone), "");
  });

  it("a reading that was under way when the change was made does not bring the old value back", async () => {
    let letGo = () => {};
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const raw = async (sql: string) => {
      const answer = await shop.db.primary.raw(sql);
      await held;
      return answer;
    };
    const settings = createSettings({ db: { ...shop.db, primary: { raw } as unknown as Knex } });
    const early = settings.get(shopSettings.address);
    await shop.db.transaction((tx) => settings.set(tx, shopSettings.address, "Calle 10"));
    letGo();
    await early;
    assert.equal(await settings.get(shopSettings.address), "Calle 10");
  });

  it("refuses to store what the setting would not read", async () => {
    const settings = createSettings({ db: shop.db });
    await assert.rejects(shop.db.transaction((tx) => settings.set(tx, shopSettings.currency, "XXL")));
  });

  it("reads its default where a newer version no longer accepts what is stored", async () => {
    const hours = setting({ key: "pos.hours", schema: z.number(), fallback: 8, field: "number" });
    await shop.db.primary.raw(`INSERT INTO settings (key, value) VALUES ('pos.hours', '"many"')`);
    assert.equal(await createSettings({ db: shop.db }).get(hours), 8);
  });

  it("one page with many settings costs one query", async () => {
    let asked = 0;
    shop.db.primary.on("query", () => asked++);
    const settings = createSettings({ db: shop.db });
    await Promise.all([readShop(settings), readShop(settings)]);
    await readShop(settings);
    assert.equal(asked, 1);
  });
});
