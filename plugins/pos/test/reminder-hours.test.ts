/** Reminders of debts keep to hours: what is asked for at night waits for the morning of the store, and goes out once. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { after, before, describe, it } from "mocha";
import { type ApiClient, createApiClient } from "../../../test/harness/api-client.ts";
import { openShop, people, type Shop } from "../../../test/harness/shop.ts";
import { until } from "../../../test/harness/until.ts";
import { opensAt } from "../../customers/reminders/hours.ts";
import { type Mailbox, openMailbox } from "./mailbox.ts";
import type { ProblemAnswer } from "./till.ts";

interface Asked extends ProblemAnswer {
  id: number;
  not_before: string | null;
  recent: number;
  queued: number;
}

describe("the hours of reminders", () => {
  it("are Monday to Friday 7 to 19 and Saturday 8 to 15 by the store's clock, to the minute", () => {
    const cases: [string, string, string | undefined][] = [
      // Bogotá is five hours behind; 2026-11-27 is a Friday
      ["America/Bogota", "2026-11-27T12:00:00Z", undefined],
      ["America/Bogota", "2026-11-27T11:59:59.999Z", "2026-11-27T12:00:00Z"],
      ["America/Bogota", "2026-11-27T23:59:59.999Z", undefined],
      ["America/Bogota", "2026-11-28T00:00:00Z", "2026-11-28T13:00:00Z"],
      ["America/Bogota", "2026-11-28T12:59:59Z", "2026-11-28T13:00:00Z"],
      ["America/Bogota", "2026-11-28T19:59:59Z", undefined],
      ["America/Bogota", "2026-11-28T20:00:00Z", "2026-11-30T12:00:00Z"],
      ["America/Bogota", "2026-11-29T17:00:00Z", "2026-11-30T12:00:00Z"],
      // its hours begin at a quarter of an hour of UTC
      ["Asia/Kathmandu", "2026-11-26T00:00:00Z", "2026-11-26T01:15:00Z"],
      // the night in which clocks are put forward: an hour earlier than the day before
      ["Europe/Madrid", "2026-03-28T20:00:00Z", "2026-03-30T05:00:00Z"],
    ];
    for (const [zone, now, opens] of cases)
      assert.equal(
        opensAt(new Date(now), zone)?.toISOString(),
        opens && new Date(opens).toISOString(),
        `${zone} ${now}`,
      );
  });

  it("open at the first moment that is one of them, wherever the store is", () => {
    const zones = ["America/Bogota", "Pacific/Auckland", "Asia/Kathmandu", "America/St_Johns", "Pacific/Apia", "UTC"];
    const now = fc.date({ min: new Date("2024-01-01"), max: new Date("2028-01-01"), noInvalidDate: true });
    fc.assert(
      fc.property(now, fc.constantFrom(...zones), fc.double({ min: 0, max: 1, noNaN: true }), (at, zone, part) => {
        const opens = opensAt(at, zone);
        if (!opens) return;
        assert.equal(opensAt(opens, zone), undefined);
        assert.notEqual(opensAt(new Date(opens.getTime() - 1), zone), undefined);
        const between = new Date(at.getTime() + Math.floor((opens.getTime() - at.getTime() - 1) * part));
        assert.equal(opensAt(between, zone)?.getTime(), opens.getTime());
      }),
    );
  });
});

describe("reminders at night", () => {
  let shop: Shop;
  let mailbox: Mailbox;
  let ahead = 0;
  const clock = { now: () => new Date(Date.now() + ahead) };
  before(async () => {
    mailbox = await openMailbox();
    await goTo("2026-11-28T19:00:00Z");
    shop = await openShop({
      clock,
      env: { SMTP_URL: mailbox.url, SMTP_FROM: "Tienda <caja@tienda.example>", RATE_LIMIT_LOGIN: "100/m" },
    });
    await shop.api("manager");
    await settle({ "customers.reminder_days": "1" });
  });
  after(async () => {
    try {
      await shop?.close();
    } finally {
      await mailbox?.close();
    }
  });

  function goTo(instant: string): void {
    ahead = Date.parse(instant) - Date.now();
  }
  /** anew each time: days go by, and sessions end */
  const manager = async (): Promise<ApiClient> => {
    const { username, password } = people.manager;
    const stranger = createApiClient(() => shop.url);
    const answer = await stranger.post<{ access_token: string }>("/api/v1/auth/login", { username, password });
    assert.equal(answer.status, 200, answer.text);
    return createApiClient(() => shop.url, answer.body.access_token);
  };
  const settle = async (values: Record<string, string>) => {
    const page = await (await shop.browser("admin")).get("/settings");
    const saved = await page.submit("form[action='/settings']", values);
    assert.equal(saved.status, 200, saved.text);
  };
  const debtor = async (name: string, storeId = 1): Promise<number> => {
    const client = await manager();
    const email = `${name.toLowerCase()}@correo.example`;
    const made = await client.post<Asked>("/api/v1/customers", { name, email }, { key: randomUUID() });
    assert.equal(made.status, 201, made.text);
    const { id } = made.body;
    const agreed = { purpose: "reminders", given: true, channel: "written" };
    assert.equal((await client.post(`/api/v1/customers/${id}/consents`, agreed, { key: randomUUID() })).status, 201);
    await shop.db.raw(
      `WITH moved AS (UPDATE customers SET balance_minor = 5000 WHERE id = :id RETURNING id, balance_minor)
       INSERT INTO customer_entries (customer_id, store_id, kind, amount_minor, balance_minor, document_type, document_id, document_number, user_id, user_name, created_at)
       SELECT id, :storeId, 'charge', 5000, balance_minor, 'sale', 1, 'C1-1', 1, 'x', now() FROM moved`,
      { id, storeId },
    );
    return id;
  };
  const remind = async (id: number) =>
    (await manager()).post<Asked>(`/api/v1/customers/${id}/reminders`, {}, { key: randomUUID() });
  const letters = async (id: number): Promise<{ state: string; tries: number; next: string }[]> => {
    const { rows } = await shop.db.raw(
      `SELECT l.state, l.tries, l.next_try_at FROM receipt_letters l JOIN customer_reminders r ON r.id = l.reference_id
       WHERE l.kind = 'reminder' AND r.customer_id = ? ORDER BY l.id`,
      [id],
    );
    return rows.map((row: { state: string; tries: number; next_try_at: Date }) => ({
      state: row.state,
      tries: row.tries,
      next: row.next_try_at.toISOString(),
    }));
  };
  const mailsTo = (name: string) => mailbox.mails.filter(({ to }) => to === `${name}@correo.example`).length;
  const MONDAY = "2026-11-30T12:00:00.000Z";

  it("wait for the hours, once, are no try that failed, and count from when they went", async () => {
    const [ana, bea] = [await debtor("Ana"), await debtor("Bea")];
    const page = await (await shop.browser("manager")).get(`/customers/${ana}/reminders`);
    assert.match(page.root.querySelector("#hours")?.text ?? "", /sábados de 8 a 15.*no conoce los festivos/);
    assert.doesNotMatch(page.text, /Ahora no es hora/);
    assert.equal((await remind(ana)).body.not_before, null);
    await until(() => mailsTo("ana") === 1);

    goTo("2026-11-28T20:00:01Z");
    const late = await (await shop.browser("manager")).get(`/customers/${bea}/reminders`);
    assert.match(
      late.root.querySelector("#hours")?.text ?? "",
      /Ahora no es hora: desde el 30.*7:00.* sale lo que pida\./,
    );
    const asked = await remind(bea);
    assert.deepEqual([asked.status, asked.body.not_before], [201, MONDAY]);
    const waits = async () => (await letters(bea)).map(({ state, tries, next }) => [state, tries, next]);
    await until(async () => (await waits())[0]?.[2] === MONDAY);
    assert.deepEqual(await waits(), [["queued", 0, MONDAY]]);

    // a day and more later, by night: it still waits, and no second one beside it
    goTo("2026-11-30T02:00:00Z");
    assert.equal((await remind(bea)).body.code, "REMINDER_RECENT");
    const all = await (await manager()).post<Asked>(
      "/api/v1/receivables/reminders",
      { over: 0 },
      { key: randomUUID() },
    );
    assert.equal(all.status, 200, all.text);
    await shop.db.raw("UPDATE receipt_letters SET next_try_at = '2026-11-29T00:00:00Z' WHERE state = 'queued'");
    await until(async () => (await waits())[0]?.[2] === MONDAY);
    assert.deepEqual([await waits(), mailsTo("bea")], [[["queued", 0, MONDAY]], 0]);

    goTo(MONDAY);
    await until(async () => (await letters(bea))[0]?.state === "sent");
    assert.equal(mailsTo("bea"), 1);
    goTo("2026-12-01T11:59:00Z");
    assert.equal((await remind(bea)).body.code, "REMINDER_RECENT");
    goTo("2026-12-01T12:01:00Z");
    assert.equal((await remind(bea)).status, 201);
    await until(() => mailsTo("bea") === 2);
  }).timeout(60_000);

  it("by the clock of the store where the debt was made", async () => {
    goTo("2026-12-01T17:00:00Z");
    const store = { name: "Lejos", time_zone: "Pacific/Auckland" };
    const admin = await shop.browser("admin");
    const made = await (await admin.get("/stores/new")).submit("input[name=name]", store);
    assert.ok(made.status < 400, made.text);
    const { rows } = await shop.db.raw("SELECT id FROM stores WHERE name = 'Lejos'");
    const far = await debtor("Lejana", rows[0].id);
    // noon in Bogotá is six in the morning of the next day there
    assert.equal((await remind(far)).body.not_before, "2026-12-01T18:00:00.000Z");
    await until(async () => (await letters(far))[0]?.next === "2026-12-01T18:00:00.000Z");
    goTo("2026-12-01T18:00:00Z");
    await until(() => mailsTo("lejana") === 1);
  });

  it("two that waited for who is one by now: one of them goes", async () => {
    goTo("2026-12-02T02:00:00Z");
    const [one, twin] = [await debtor("Gemela"), await debtor("Gemelita")];
    for (const id of [one, twin]) assert.equal((await remind(id)).status, 201);
    const client = await manager();
    const merged = await client.post(`/api/v1/customers/${one}/merge`, { from_id: twin }, { key: randomUUID() });
    assert.equal(merged.status, 200, merged.text);
    goTo("2026-12-02T12:00:00Z");
    const states = async () => [...(await letters(one)), ...(await letters(twin))].map(({ state }) => state).sort();
    await until(async () => (await states()).every((state) => state !== "queued"));
    assert.deepEqual([await states(), mailsTo("gemela") + mailsTo("gemelita")], [["dropped", "sent"], 1]);
  });

  it("the owner may switch the hours off: then they go at night", async () => {
    goTo("2026-12-06T08:00:00Z");
    await settle({ "customers.reminder_hours": "" });
    const noche = await debtor("Noche");
    const page = await (await shop.browser("manager")).get(`/customers/${noche}/reminders`);
    assert.equal(page.root.querySelector("#hours"), null);
    assert.equal((await remind(noche)).body.not_before, null);
    await until(() => mailsTo("noche") === 1);
  });
});
