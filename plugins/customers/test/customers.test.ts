/** Customers on pages and for programs: found by whatever is known of them, one document once, changed without losing anything. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { after, before, describe, it } from "mocha";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { nitCheckDigit, readDocument } from "../documents.ts";

interface Answer {
  id: number;
  name: string;
  document_type: string | null;
  document_number: string | null;
  phone: string | null;
  credit_limit: string;
  balance: string;
  active: boolean;
  code: string;
  errors?: { field: string; message: string }[];
  data: Answer[];
  next_cursor: string | null;
}

describe("customers", () => {
  let shop: Shop;
  let employee: ApiClient;
  let manager: ApiClient;
  before(async () => {
    shop = await openShop();
    [employee, manager] = [await shop.api("employee"), await shop.api("manager")];
  });
  after(() => shop?.close());

  const add = (facts: object, client = employee) =>
    client.post<Answer>("/api/v1/customers", facts, { key: randomUUID() });

  it("a cashier adds one on a page; the NIT is given its check digit, and a wrong one is refused with everything typed", async () => {
    const browser = await shop.browser("employee");
    const page = await browser.get("/customers/new");
    const typed = { name: "Ferretería El Tornillo", document_type: "NIT", phone: "300 123 45 67" };
    const wrong = await page.submit("#customer-new", { ...typed, document_number: "900.123.456-1" });
    assert.equal(wrong.status, 422);
    assert.match(wrong.root.querySelector("#document_number-error")?.text ?? "", /dígito de verificación/);
    assert.equal(wrong.fields("#customer-new")["name"], typed.name);
    const saved = await wrong.submit("#customer-new", { document_number: "900.123.456" });
    assert.match(saved.url, /^\/customers\/\d+$/, saved.text);
    assert.match(saved.text, /NIT 900123456-8/);
    // the cashier sets no limit
    assert.equal(saved.root.querySelector("#credit_limit"), null);
    assert.equal((await add({ name: "Alguien", credit_limit: "100" })).status, 403);
  });

  it("found by name without accents, by document with dots, by phone with spaces, by mail", async () => {
    await add({
      name: "María Niño",
      document_type: "CC",
      document_number: "52.123.456",
      phone: "311 222 33 44",
      email: "maria.nino@correo.co",
    });
    for (const q of ["nino mar", "52.123.456", "52123456", "311 2223344", "maria.nino@correo.co", "Niñ"]) {
      const found = await employee.get<Answer>(`/api/v1/customers?q=${encodeURIComponent(q)}`);
      assert.deepEqual(
        found.body.data.map(({ name }) => name),
        ["María Niño"],
        q,
      );
    }
    const browser = await shop.browser("employee");
    const list = await (await browser.get("/customers")).submit("#customer-filter", { q: "nino" });
    assert.match(list.text, /María Niño/);
    assert.doesNotMatch(list.text, /Tornillo/);
  });

  it("one document is one customer's, however many add it at once", async () => {
    const document = { document_type: "CE", document_number: "445566" };
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => add({ name: `Persona ${index}`, ...document })),
    );
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, ...Array(19).fill(422)]);
    const refused = answers.find(({ status }) => status === 422);
    assert.equal(refused?.body.errors?.[0]?.field, "document_number");
  });

  it("what two change at once is not lost: the second is told", async () => {
    const made = await add({ name: "Pedro Páez" });
    const [first, second] = [await shop.browser("manager"), await shop.browser("employee")];
    const [mine, theirs] = [
      await first.get(`/customers/${made.body.id}`),
      await second.get(`/customers/${made.body.id}`),
    ];
    await mine.submit("#customer", { phone: "310 000 00 00", credit_limit: "50.000" });
    const told = await theirs.submit("#customer", { address: "Calle 1" });
    assert.equal(told.status, 409);
    assert.equal(told.fields("#customer")["address"], "Calle 1");
    const saved = await told.submit("#customer", {});
    assert.equal(saved.status, 200);
    const after = await employee.get<Answer>(`/api/v1/customers/${made.body.id}`);
    assert.equal(after.body.credit_limit, "50000.00");
    const patched = await manager.patch<Answer>(`/api/v1/customers/${made.body.id}`, { phone: null, active: false });
    assert.deepEqual([patched.body.phone, patched.body.active, patched.body.name], [null, false, "Pedro Páez"]);
  });

  it("the trail keeps what changed, and no name, number or address of anybody", async () => {
    const { rows } = await shop.db.raw("SELECT action, before, after FROM audit_log WHERE subject LIKE 'customer:%'");
    assert.ok(rows.length >= 4);
    const kept = JSON.stringify(rows);
    for (const personal of ["Niño", "52123456", "3112223344", "Calle 1", "Páez"]) assert.ok(!kept.includes(personal));
    assert.match(kept, /phone/);
  });

  it("a list goes on from page to page without a gap", async () => {
    const names: string[] = [];
    let cursor = "";
    do {
      const answer = await employee.get<Answer>(`/api/v1/customers?limit=2&cursor=${cursor}`);
      names.push(...answer.body.data.map(({ name }) => name));
      cursor = answer.body.next_cursor ?? "";
    } while (cursor);
    const { rows } = await shop.db.raw("SELECT count(*)::int AS all FROM customers");
    assert.equal(new Set(names).size, names.length);
    assert.equal(names.length, rows[0].all);
  });
});

describe("documents", () => {
  it("check digits of companies that everybody knows", () => {
    for (const [digits, check] of [
      ["860002964", 4],
      ["899999068", 1],
      ["890903938", 8],
      ["800197268", 4],
    ] as const)
      assert.equal(nitCheckDigit(digits), check, digits);
  });

  it("a NIT with one digit changed is refused", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 10_000, max: 999_999_999_999 }),
        fc.nat({ max: 11 }),
        fc.integer({ min: 1, max: 9 }),
        (digits, place, add) => {
          const text = String(digits);
          const at = place % text.length;
          const changed = text.slice(0, at) + ((Number(text[at]) + add) % 10) + text.slice(at + 1);
          assert.ok(readDocument("NIT", `${text}-${nitCheckDigit(text)}`).ok);
          if (nitCheckDigit(changed) !== nitCheckDigit(text))
            assert.equal(readDocument("NIT", `${changed}-${nitCheckDigit(text)}`).ok, false);
        },
      ),
    );
  });

  it("each type as people write it, and what cannot be one", () => {
    for (const [type, typed, kept] of [
      ["CC", "1.020.304.050", "1020304050"],
      ["CC", "123", "123"],
      ["CC", "12", undefined],
      ["CC", "1".repeat(16), undefined],
      ["CC", "10203040A", undefined],
      ["CC", "-1020304050", undefined],
      ["CC", "\uff11\uff12\uff13\uff14", undefined],
      ["TI", " 1 001 234 567 ", "1001234567"],
      ["CE", "654.321", "654321"],
      ["CE", "E654321", undefined],
      ["PP", " ab 123.456 ", "AB123456"],
      ["PP", "A1", undefined],
      ["PP", "A".repeat(21), undefined],
      ["PP", "\u00d1123456", undefined],
      ["PP", "AB'--1", undefined],
      ["NIT", "860.002.964-4", "860002964-4"],
      ["NIT", "860002964", "860002964-4"],
      ["NIT", "860002964-5", undefined],
      ["NIT", "860002964-", undefined],
      ["NIT", "8600029644", `8600029644-${nitCheckDigit("8600029644")}`],
      ["NIT", "1234", undefined],
      ["NIT", "1".repeat(15), undefined],
      ["OTHER", "x-1", "X-1"],
    ] as const) {
      const read = readDocument(type, typed);
      assert.equal(read.ok ? read.number : undefined, kept, `${type} ${typed}`);
    }
  });
});
