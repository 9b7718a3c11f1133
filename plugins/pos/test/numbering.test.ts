/** Numbers of sales: no gap, no double, a warning before they end, a refusal after. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import {
  formatNumber,
  type NumberRange,
  numbersLeft,
  rangeState,
  registerWarning,
  shareANumber,
} from "../numbering.ts";
import { cash, type Goods, type ProblemAnswer, ring, rung, stocked } from "./till.ts";

interface RegisterAnswer {
  id: number;
  numbering: string;
  number_ranges: { prefix: string; next: number; active: boolean; state: string }[];
}

describe("numbers of sales", () => {
  let shop: Shop;
  let goods: Goods;
  let admin: ApiClient;
  before(async () => {
    shop = await openShop();
    admin = await shop.api("admin");
    goods = await stocked(shop, { sku: "PAN", price: "1000", stock: "10000" });
  });
  after(() => shop?.close());

  const register = async (name: string) => {
    const answer = await admin.post<RegisterAnswer>("/api/v1/registers", { name }, { key: randomUUID() });
    assert.equal(answer.status, 201, answer.text);
    return answer.body;
  };
  const grant = (id: number, range: object) =>
    admin.post<RegisterAnswer & ProblemAnswer>(`/api/v1/registers/${id}/number-ranges`, range, { key: randomUUID() });
  const sell = (registerId: number) =>
    ring(admin, {
      items: [{ product_id: goods.id, quantity: "1" }],
      payments: cash("1000"),
      register_id: registerId,
    });
  const find = async (id: number) =>
    (await admin.get<{ data: RegisterAnswer[] }>("/api/v1/registers")).body.data.find((one) => one.id === id);

  it("a new register counts without an end, apart from the others", async () => {
    const [a, b] = [await register("Caja A"), await register("Caja B")];
    const numbers = [await sell(a.id), await sell(b.id), await sell(a.id)].map(({ body }) => body.number);
    assert.deepEqual(numbers, [`C${a.id}-000001`, `C${b.id}-000001`, `C${a.id}-000002`]);
  });

  it("a granted range takes over; twenty cashiers at once get its numbers and then the next one's, each once", async () => {
    const { id } = await register("Caja de feria");
    assert.equal(
      (await grant(id, { prefix: "SETP", from: 990, to: 999, resolution: "Resolución 18760000001" })).status,
      201,
    );
    assert.equal((await grant(id, { prefix: "SETP", from: 1000, to: 1009 })).status, 201);
    const answers = await Promise.all(Array.from({ length: 25 }, () => sell(id)));
    const sold = answers.filter(({ status }) => status === 201).map(({ body }) => body.number);
    assert.deepEqual(sold.sort(), Array.from({ length: 20 }, (_, index) => `SETP${990 + index}`).sort());
    for (const { status, body } of answers)
      if (status !== 201) assert.deepEqual([status, body.code], [409, "NUMBERS_EXHAUSTED"]);
    const now = await find(id);
    assert.deepEqual(
      [now?.numbering, now?.number_ranges.map(({ active, state }) => [active, state])],
      [
        "used_up",
        [
          [false, "good"],
          [true, "used_up"],
          [true, "used_up"],
        ],
      ],
    );
    assert.equal((await grant(id, { prefix: "SETQ", from: 1, to: 10 })).status, 201);
    assert.equal((await sell(id)).body.number, "SETQ1");
  });

  it("a sale that fails gives its number back", async () => {
    const { id } = await register("Caja que falla");
    await grant(id, { prefix: "F", from: 1, to: 10 });
    const refused = await ring(admin, {
      items: [{ product_id: goods.id, quantity: "999999" }],
      payments: cash("999999000"),
      register_id: id,
    });
    assert.equal(refused.body.code, "STOCK_INSUFFICIENT");
    assert.equal((await sell(id)).body.number, "F1");
  });

  it("ranges that share a number, run backwards or have an odd prefix are refused beside the field", async () => {
    const { id } = await register("Caja de prueba");
    assert.equal((await grant(id, { prefix: "DUP", from: 1, to: 100 })).status, 201);
    for (const [range, field] of [
      [{ prefix: "DUP", from: 100, to: 200 }, "from"],
      [{ prefix: "BACK", from: 10, to: 9 }, "to"],
      [{ prefix: "<b>", from: 1, to: 9 }, "prefix"],
      [{ prefix: "X", from: 0, to: 9 }, "from"],
      [{ prefix: "X", from: 1, to: 9, expires_on: "31/12/2026" }, "expires_on"],
    ] as const) {
      const answer = await grant(id, range);
      assert.equal(answer.status, 422, answer.text);
      assert.equal(answer.body.errors?.[0]?.field, field);
    }
  });

  it("numbers that would be written alike are refused, however they are cut into a beginning and digits", async () => {
    const [a, b] = [await register("Caja corta"), await register("Caja larga")];
    assert.equal((await grant(a.id, { prefix: "FE", from: 1, to: 5000 })).status, 201);
    const refused = await grant(b.id, { prefix: "FE2", from: 1, to: 500 });
    assert.deepEqual([refused.status, refused.body.errors?.[0]?.code], [422, "RANGE_TAKEN"], refused.text);
    assert.match(refused.text, /FE 1 a 5000/);
    assert.equal(
      (await grant(b.id, { prefix: "FE2", from: 5000, to: 9000 })).status,
      201,
      "FE2 with four digits is FE25000",
    );
    assert.equal((await grant(b.id, { prefix: "FE-2", from: 1, to: 500 })).status, 201);
  });

  it("numbers of a range without an end are taken as far as they were given, and all where it goes on", async () => {
    const [used, other] = [await register("Caja sin fin"), await register("Caja de al lado")];
    for (let count = 0; count < 3; count++) await sell(used.id);
    const prefix = `C${used.id}-`;
    assert.equal((await grant(other.id, { prefix, from: 4, to: 50, digits: 6 })).status, 422, "it goes on");
    assert.equal((await grant(used.id, { prefix, from: 2, to: 50, digits: 6 })).status, 422, "2 was given");
    const next = await grant(used.id, { prefix, from: 4, to: 50, digits: 6 });
    assert.equal(next.status, 201, next.text);
    assert.equal((await sell(used.id)).body.number, `${prefix}000004`);
  });

  it("a new register does not count with numbers that were granted to another", async () => {
    const { id } = await register("Caja con mucho");
    assert.equal((await grant(id, { prefix: `C${id + 1}-`, from: 1, to: 999999, digits: 6 })).status, 201);
    const next = await register("Caja siguiente");
    const { body } = await sell(next.id);
    assert.equal(body.number, `C${next.id}-1-000001`);
  });

  it("the owner is warned on the home page, the resolution stands on the receipt, and an expired range sells nothing", async () => {
    const { id } = await register("Caja legal");
    await grant(id, { prefix: "L", from: 1, to: 10, resolution: "Resolución DIAN 123 de 2026" });
    for (let count = 0; count < 9; count++) await sell(id);
    const browser = await shop.browser("manager");
    assert.match((await browser.get("/")).text, /Caja legal: Quedan pocos números/);
    const { body } = await sell(id);
    assert.match((await browser.get(`/sales/${body.id}/receipt`)).text, /Resolución DIAN 123 de 2026/);
    assert.match((await browser.get("/")).text, /Caja legal: Se agotó la numeración/);
    const page = await browser.get(`/registers/${id}`);
    const refused = await page.submit("#range-new", { prefix: "L", from: "5", to: "50" });
    assert.equal(refused.status, 422);
    assert.equal(refused.fields("#range-new")["to"], "50", "what was typed stays");
    const added = await refused.submit("#range-new", { from: "11", to: "50", expires_on: "2020-01-31" });
    assert.match(added.text, /El rango quedó agregado/);
    assert.deepEqual([(await sell(id)).status, (await sell(id)).body.code], [409, "NUMBERS_EXHAUSTED"]);
    assert.equal((await (await shop.browser("employee")).get("/registers")).status, 403);
  });

  it("at the till the cashier is told, and the cart stays", async () => {
    const granted = await grant(1, { prefix: "T", from: 1, to: 1 });
    assert.equal(granted.status, 201, granted.text);
    const cashier = await shop.browser("employee");
    const pay = async () => (await rung(cashier, "PAN")).submit("#pay-form", { amount: "1000" });
    assert.match((await pay()).url, /receipt$/);
    const refused = await pay();
    assert.equal(refused.status, 409);
    assert.match(refused.text, /numeración de esta caja se agotó/);
    assert.equal(refused.root.querySelectorAll(".pos-line").length, 1);
  });

  it("the last register in use stays one", async () => {
    const { body } = await admin.get<{ data: RegisterAnswer[] }>("/api/v1/registers");
    const answers = await Promise.all(
      body.data.map(({ id }) => admin.patch<ProblemAnswer>(`/api/v1/registers/${id}`, { active: false })),
    );
    assert.deepEqual(
      answers.filter(({ status }) => status !== 200).map(({ body }) => body.code),
      ["LAST_REGISTER"],
    );
  });
});

describe("whether two ranges share a number", () => {
  const span = fc
    .record({
      prefix: fc.stringMatching(/^F[01-]{0,2}$/),
      digits: fc.integer({ min: 1, max: 4 }),
      fromNumber: fc.integer({ min: 1, max: 300 }),
      many: fc.integer({ min: 0, max: 900 }),
    })
    .map(({ many, ...rest }) => ({ ...rest, toNumber: rest.fromNumber + many }));
  const written = (one: { prefix: string; digits: number; fromNumber: number; toNumber: number }) =>
    Array.from({ length: one.toNumber - one.fromNumber + 1 }, (_, index) => formatNumber(one, one.fromNumber + index));

  it("is told as writing all of them down would", () => {
    let alike = 0;
    fc.assert(
      fc.property(span, span, (one, other) => {
        const all = new Set(written(one));
        const share = written(other).some((number) => all.has(number));
        if (share) alike += 1;
        assert.equal(shareANumber(one, other), share);
        assert.equal(shareANumber(other, one), share);
      }),
      { numRuns: 1000 },
    );
    assert.ok(alike > 50, "there are such as share one");
  });
});

describe("when a range is about to end", () => {
  const range = fc
    .record({
      fromNumber: fc.integer({ min: 1, max: 1000 }),
      size: fc.integer({ min: 1, max: 1000 }),
      used: fc.nat(1000),
    })
    .map(
      ({ fromNumber, size, used }): NumberRange => ({
        id: 1,
        registerId: 1,
        prefix: "",
        fromNumber,
        toNumber: fromNumber + size - 1,
        nextNumber: fromNumber + Math.min(used, size),
        expiresOn: undefined,
        resolution: undefined,
        digits: 1,
        active: true,
      }),
    );

  it("is told at nine tenths, and used up means that no number is left", () => {
    fc.assert(
      fc.property(range, (one) => {
        const size = (one.toNumber ?? 0) - one.fromNumber + 1;
        const used = one.nextNumber - one.fromNumber;
        const expected = used === size ? "used_up" : used >= 0.9 * size ? "nearly_used" : "good";
        assert.equal(rangeState(one, "2026-01-01"), expected);
        assert.equal(numbersLeft(one), size - used);
      }),
    );
  });

  it("is told fifteen days before the last day, and on that day it is still good for selling", () => {
    const of = (expiresOn: string, today: string) =>
      rangeState(
        {
          id: 1,
          registerId: 1,
          prefix: "",
          fromNumber: 1,
          toNumber: 100,
          nextNumber: 1,
          expiresOn,
          resolution: undefined,
          digits: 1,
          active: true,
        },
        today,
      );
    assert.equal(of("2026-03-31", "2026-03-15"), "good");
    assert.equal(of("2026-03-31", "2026-03-16"), "expiring");
    assert.equal(of("2026-03-31", "2026-03-31"), "expiring");
    assert.equal(of("2026-03-31", "2026-04-01"), "expired");
  });

  it("a good one that follows means that nothing is wrong", () => {
    fc.assert(
      fc.property(fc.array(range, { maxLength: 4 }), range, (before, last) => {
        const fresh = { ...last, nextNumber: last.fromNumber, toNumber: last.fromNumber + 1000 };
        assert.equal(registerWarning([...before, fresh], "2026-01-01"), "good");
        assert.equal(registerWarning([], "2026-01-01"), "used_up");
      }),
    );
  });
});
