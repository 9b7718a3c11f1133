import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, afterEach, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { addStocked, assertSound, type ProblemAnswer, sell } from "./shelf.ts";

interface CountAnswer {
  id: number;
  number: string;
  state: string;
  products: number;
  counted: number;
  differing: number | null;
}
interface Lines {
  data: {
    product_id: number;
    counted: string | null;
    expected: string | null;
    difference: string | null;
    posted: string | null;
    count_again: boolean;
    round: number;
  }[];
}

describe("counts", () => {
  let shop: Shop;
  let manager: ApiClient;
  let employee: ApiClient;
  before(async () => {
    shop = await openShop();
    manager = await shop.api("manager");
    employee = await shop.api("employee");
  });
  after(() => shop.close());
  afterEach(() => assertSound(shop));

  const start = (body: object = {}) =>
    manager.post<CountAnswer & ProblemAnswer>("/api/v1/counts", body, { key: randomUUID() });
  const started = async (body: object = {}) => {
    const answer = await start(body);
    assert.equal(answer.status, 201, answer.text);
    return answer.body.id;
  };
  const enter = (client: ApiClient, count: number, productId: number, quantity: string) =>
    client.post<{ data: { counted: string; count_again: boolean }[] } & ProblemAnswer>(
      `/api/v1/counts/${count}/entries`,
      { lines: [{ product_id: productId, quantity }] },
      { key: randomUUID() },
    );
  const post = (count: number, key: string = randomUUID(), body: object = {}) =>
    manager.post<CountAnswer & ProblemAnswer>(`/api/v1/counts/${count}/post`, body, { key });
  const cancel = (count: number) => manager.post(`/api/v1/counts/${count}/cancel`, undefined, { key: randomUUID() });
  const lines = async (client: ApiClient, count: number, show = "all") =>
    (await client.get<Lines>(`/api/v1/counts/${count}/lines?show=${show}`)).body.data;
  const onHand = async (id: number) => (await manager.get<{ on_hand: string }>(`/api/v1/products/${id}`)).body.on_hand;
  const categoryOf = async (name: string) => {
    const { body } = await manager.get<{ data: { id: number; name: string }[] }>("/api/v1/categories");
    return body.data.find((one) => one.name === name)?.id ?? assert.fail(`no ${name}`);
  };

  it("selling goes on: what is sold before or after the counting makes no difference, what is missing does", async () => {
    const early = await addStocked(manager, { sku: "ANTES" }, "10");
    const late = await addStocked(manager, { sku: "DESPUES" }, "10");
    const gone = await addStocked(manager, { sku: "FALTA" }, "10");
    const count = await started();
    await sell(shop, 1, [{ productId: early.id, quantityMilli: 2000 }]);
    assert.equal((await enter(employee, count, early.id, "8")).status, 201);
    assert.equal((await enter(employee, count, late.id, "10")).status, 201);
    assert.equal((await enter(employee, count, gone.id, "7.5")).status, 201);
    await sell(shop, 2, [
      { productId: late.id, quantityMilli: 3000 },
      { productId: gone.id, quantityMilli: 1000 },
    ]);
    const posted = await post(count);
    assert.equal(posted.status, 200, posted.text);
    assert.equal(posted.body.state, "posted");
    assert.deepEqual(await Promise.all([early, late, gone].map(({ id }) => onHand(id))), ["8.000", "7.000", "6.500"]);
    const { body } = await manager.get<{ data: { quantity: string; document: { number: string } }[] }>(
      `/api/v1/inventory/movements?reason=count`,
    );
    assert.deepEqual(
      body.data.map(({ quantity, document }) => [quantity, document.number]),
      [["-2.500", `CT-${count}`]],
    );
  });

  it("it is blind: a counter sees what was counted and not what is expected", async () => {
    const product = await addStocked(manager, { sku: "CIEGO", category: "Ciegos" }, "4");
    const count = await started({ category_id: await categoryOf("Ciegos") });
    await enter(employee, count, product.id, "3");
    const [seen] = await lines(employee, count);
    assert.deepEqual([seen?.counted, seen?.expected, seen?.difference], ["3.000", null, null]);
    // asking for the differences would tell as much
    assert.equal((await lines(employee, count, "differences")).length, 1);
    assert.equal((await employee.get<CountAnswer>(`/api/v1/counts/${count}`)).body.differing, null);
    const [known] = await lines(manager, count, "differences");
    assert.deepEqual([known?.expected, known?.difference], ["4.000", "-1.000"]);
    for (const path of ["post", "recount", "cancel"])
      assert.equal(
        (
          await employee.post(`/api/v1/counts/${count}/${path}`, path === "cancel" ? undefined : {}, {
            key: randomUUID(),
          })
        ).status,
        403,
      );
    const again = await manager.post<{ lines: number }>(`/api/v1/counts/${count}/recount`, {}, { key: randomUUID() });
    assert.equal(again.body.lines, 1, again.text);
    assert.deepEqual(
      (await lines(manager, count)).map(({ counted, round }) => [counted, round]),
      [[null, 2]],
    );
    await enter(employee, count, product.id, "4");
    assert.equal((await post(count)).status, 200);
    assert.equal(await onHand(product.id), "4.000");
  });

  it("it is posted once: twice is refused with who did it, a double click gets the first answer", async () => {
    const product = await addStocked(manager, { sku: "UNAVEZ", category: "Una vez" }, "5");
    const count = await started({ category_id: await categoryOf("Una vez") });
    assert.equal((await post(count)).body.code, "COUNT_NOTHING");
    await enter(manager, count, product.id, "3");
    const key = randomUUID();
    const clicks = await Promise.all([post(count, key), post(count, key), post(count), post(count)]);
    const ok = clicks.filter(({ status }) => status === 200);
    const refused = clicks.filter(({ status }) => status === 409);
    assert.equal(ok.length + refused.length, 4);
    assert.ok(ok.length >= 1 && refused.length >= 1);
    for (const { body } of refused) {
      assert.equal(body.code, "COUNT_POSTED");
      assert.match(body.title, /manuela/);
    }
    assert.equal(await onHand(product.id), "3.000");
    assert.equal((await enter(manager, count, product.id, "1")).body.code, "COUNT_POSTED");
    assert.equal((await cancel(count)).status, 409);
  });

  it("twenty counters at once lose nothing", async () => {
    const product = await addStocked(manager, { sku: "VEINTE", category: "Veinte" }, "40");
    const count = await started({ category_id: await categoryOf("Veinte") });
    const counters = Array.from({ length: 20 }, (_, n) => enter(n % 2 ? manager : employee, count, product.id, "2"));
    for (const answer of await Promise.all(counters)) assert.equal(answer.status, 201, answer.text);
    const [line] = await lines(manager, count);
    assert.deepEqual([line?.counted, line?.difference, line?.count_again], ["40.000", "0.000", false]);
    const { rows } = await shop.db.raw("SELECT count(*)::int AS entries FROM stock_count_entries WHERE count_id = ?", [
      count,
    ]);
    assert.equal(rows[0].entries, 20);
    assert.equal((await post(count)).status, 200);
  });

  it("a product stands in one open count; of another category it is refused; below zero as well", async () => {
    const one = await addStocked(manager, { sku: "UNO", category: "Unos" }, "5");
    const two = await addStocked(manager, { sku: "DOS", category: "Doses" }, "5");
    const ones = await categoryOf("Unos");
    const both = await Promise.all([start({ category_id: ones }), start({ category_id: ones })]);
    assert.deepEqual(both.map(({ status }) => status).sort(), [201, 409]);
    assert.equal(both.find(({ status }) => status === 409)?.body.code, "COUNT_OVERLAPS");
    assert.equal((await start()).body.code, "COUNT_OVERLAPS");
    const count = both.find(({ status }) => status === 201)?.body.id ?? 0;
    const other = await enter(manager, count, two.id, "1");
    assert.deepEqual([other.status, other.body.errors?.[0]?.code], [422, "COUNT_OTHER_PRODUCT"]);
    const slip = await enter(manager, count, one.id, "-1");
    assert.deepEqual([slip.status, slip.body.errors?.[0]?.code], [422, "COUNT_NEGATIVE"]);
    await cancel(count);
    assert.equal((await enter(manager, count, one.id, "1")).body.code, "COUNT_CANCELLED");
    assert.equal(await onHand(one.id), "5.000");
    const fresh = await started({ category_id: ones });
    await cancel(fresh);
  });

  it("more sold since than would be left: it is said which, and nothing is posted", async () => {
    const product = await addStocked(manager, { sku: "HALLADO", category: "Hallados" }, "5");
    const fine = await addStocked(manager, { sku: "BIEN", category: "Hallados" }, "5");
    const count = await started({ category_id: await categoryOf("Hallados") });
    await enter(manager, count, fine.id, "4");
    await enter(manager, count, product.id, "1");
    await sell(shop, 300, [{ productId: product.id, quantityMilli: 3000 }]);
    const refused = await post(count);
    assert.deepEqual([refused.status, refused.body.code], [409, "COUNT_BELOW_ZERO"]);
    assert.match(refused.body.title, /HALLADO/);
    assert.equal(await onHand(fine.id), "5.000");
    await manager.post(`/api/v1/counts/${count}/recount`, { product_ids: [product.id] }, { key: randomUUID() });
    await enter(manager, count, product.id, "2");
    assert.equal((await post(count)).status, 200);
    assert.deepEqual([await onHand(product.id), await onHand(fine.id)], ["2.000", "4.000"]);
  });

  it("what nobody counted stays, or goes to zero when the manager says so", async () => {
    const counted = await addStocked(manager, { sku: "SI", category: "Ceros" }, "5");
    const missed = await addStocked(manager, { sku: "NO", category: "Ceros" }, "5");
    const ceros = await categoryOf("Ceros");
    const first = await started({ category_id: ceros });
    await enter(manager, first, counted.id, "5");
    await post(first);
    assert.equal(await onHand(missed.id), "5.000");
    const second = await started({ category_id: ceros });
    await enter(manager, second, counted.id, "5");
    assert.equal((await post(second, randomUUID(), { uncounted: "zero" })).status, 200);
    assert.equal(await onHand(missed.id), "0.000");
  });

  it("a category that is none has nothing to count", async () => {
    const answer = await start({ category_id: 999_999 });
    assert.deepEqual([answer.status, answer.body.errors?.[0]?.code], [422, "COUNT_EMPTY"]);
  });

  it("entries are final", async () => {
    await assert.rejects(shop.db.raw("UPDATE stock_count_entries SET quantity_milli = 1"));
    await assert.rejects(shop.db.raw("DELETE FROM stock_count_entries"));
  });

  it("on pages without scripts: start, scan, review, approve", async () => {
    await addStocked(manager, { sku: "PAG", name: "Panela", category: "Páginas", cost: "2000" }, "6");
    const category = String(await categoryOf("Páginas"));
    const boss = await shop.browser("manager");
    const begun = await (await boss.get("/counts")).submit("#count-new", { category_id: category });
    assert.match(begun.text, /El conteo empezó/);
    assert.match(begun.text, /Faltan por contar Panela PAG/);
    const counter = await shop.browser("employee");
    const page = await counter.get(begun.url);
    assert.doesNotMatch(page.text, /Revisar/);
    const wrong = await page.submit("#count-entry", { code: "NADIE", quantity: "1" });
    assert.match(wrong.text, /Ningún producto tiene el código NADIE/);
    const noted = await wrong.submit("#count-entry", { code: "PAG", quantity: "4,5" });
    assert.match(noted.text, /Panela: van 4,5 un/);
    assert.equal((await counter.get(`${begun.url}/review`)).status, 403);
    const review = await boss.get(`${begun.url}/review`);
    assert.match(review.text, /Panela PAG 6 4,5 -1,5 -?\$? ?-?3\.000/);
    const done = await review.submit("#count-post");
    assert.match(done.text, /quedó aprobado/);
    const twice = await review.submit("#count-post");
    assert.match(twice.text, /quedó aprobado/, "the same key gets the first answer");
    const fresh = await boss.get(`${begun.url}/review`);
    assert.equal(fresh.root.querySelector("#count-post"), null);
    assert.match((await boss.get("/counts")).text, /Páginas/);
  });

  it("a count of another store is not his", async () => {
    const admin = await shop.api("admin");
    const store = await admin.post<{ id: number }>("/api/v1/stores", { name: "Norte" }, { key: randomUUID() });
    await manager.get("/api/v1/stores");
    const mine = await admin.post<CountAnswer>("/api/v1/counts", { store_id: store.body.id }, { key: randomUUID() });
    assert.equal(mine.status, 201, mine.text);
    const { rows } = await shop.db.raw("SELECT id FROM users WHERE username = 'emilio'");
    const { rows: stores } = await shop.db.raw("SELECT min(id) AS id FROM stores");
    const given = await admin.put(`/api/v1/users/${rows[0].id}/stores`, { store_ids: [stores[0].id] });
    assert.ok(given.status < 300, given.text);
    const refused = await employee.get<ProblemAnswer>(`/api/v1/counts/${mine.body.id}`);
    assert.deepEqual([refused.status, refused.body.code], [403, "STORE_NOT_YOURS"]);
    assert.equal((await enter(employee, mine.body.id, 1, "1")).status, 403);
  });
});
