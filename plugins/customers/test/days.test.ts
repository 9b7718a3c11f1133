/** The days of an account: month ends, leap days, nights after midnight and days on which the clock is put forward or back. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { after, before, describe, it } from "mocha";
import { businessDate } from "../../../kernel/clock.ts";
import type { ApiClient } from "../../../test/harness/api-client.ts";
import { openShop, type Shop } from "../../../test/harness/shop.ts";
import { AGES, type Age, agingOf } from "../accounts/aging.ts";
import { debtors } from "../queries/statements.ts";

interface Statement {
  opening: string;
  closing: string;
  entries: { amount: string; balance: string; created_at: string }[];
  errors?: { field: string }[];
}

const DAY_MS = 86_400_000;
/** clocks are put forward and back in two of them, on either half of the world */
const ZONES = ["America/Bogota", "America/Santiago", "Pacific/Auckland", "Europe/Madrid", "UTC"] as const;
const later = (day: string, days: number) =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
const minor = (amount: string) => Math.round(Number(amount) * 100);

describe("the days of accounts", () => {
  let shop: Shop;
  let manager: ApiClient;
  before(async () => {
    shop = await openShop();
    manager = await shop.api("manager");
  });
  after(() => shop?.close());

  const hire = async (): Promise<number> => {
    const made = await manager.post<{ id: number }>("/api/v1/customers", { name: "Rosa" }, { key: randomUUID() });
    assert.equal(made.status, 201, made.text);
    return made.body.id;
  };
  const book = (id: number, amountMinor: number, at: Date) =>
    shop.db.raw(
      `WITH moved AS (UPDATE customers SET balance_minor = balance_minor + :amountMinor WHERE id = :id RETURNING id, balance_minor)
       INSERT INTO customer_entries (customer_id, store_id, kind, amount_minor, balance_minor, document_type, document_id, document_number, user_id, user_name, created_at)
       SELECT id, 1, CASE WHEN :amountMinor > 0 THEN 'charge' ELSE 'payment' END, :amountMinor, balance_minor, 'sale', 1, 'C1-1', 1, 'x', :at FROM moved`,
      { id, amountMinor, at },
    );
  const live = async (zone: string, hour: number) => {
    const settings = await (await shop.browser("admin")).get("/settings");
    const saved = await settings.submit("form[action='/settings']", {
      "kernel.time_zone": zone,
      "kernel.day_cutoff_hour": String(hour),
    });
    assert.equal(saved.status, 200, saved.text);
  };

  it("a debt is as many days old as the calendar counts, over month ends and leap days, first to last minute", async () => {
    const calendar = { timeZone: "America/Bogota", dayCutoffHour: 3 };
    const edges: [number, Age][] = [
      [0, "d30"],
      [1, "d30"],
      [30, "d30"],
      [31, "d60"],
      [60, "d60"],
      [61, "d90"],
      [90, "d90"],
      [91, "older"],
      [366, "older"],
    ];
    // the cut-off at 3 in Bogotá is 8 in UTC
    const first = (day: string) => new Date(`${day}T08:00:00Z`);
    const last = (day: string) => new Date(Date.parse(`${later(day, 1)}T08:00:00Z`) - 1);
    for (const today of ["2024-02-29", "2024-03-01", "2023-02-28", "2023-03-01", "2024-12-31", "2025-01-31"])
      for (const [days, age] of edges)
        for (const at of [first, last]) {
          const id = await hire();
          await book(id, 5000, at(later(today, -days)));
          const [found] = await debtors(shop.db, { after: undefined, limit: 1, id, today, calendar });
          assert.ok(found);
          const aging = agingOf(found.balanceMinor, found.charges);
          const what = `${today} - ${days} ${at === first ? "first" : "last"}`;
          assert.equal(aging.oldestDays, days, what);
          assert.deepEqual(
            AGES.filter((one) => aging.parts[one] > 0),
            [age],
            what,
          );
        }
    // a month is as long as it is: a purchase of 31 January is 29 days old on 29 February, and 30 on 1 March of a leap year
    const id = await hire();
    await book(id, 5000, first("2024-01-31"));
    const on = async (today: string, over: number) =>
      (await debtors(shop.db, { after: undefined, limit: 1, id, today, calendar, over })).length;
    assert.deepEqual([await on("2024-03-01", 30), await on("2024-03-02", 30)], [0, 1]);
  }).timeout(60_000);

  it("the database and the till call the same day by the same name, whatever the clock does that night", async () => {
    const id = await hire();
    const instant = fc.oneof(
      fc.date({ min: new Date("2023-01-01"), max: new Date("2026-12-31"), noInvalidDate: true }),
      // the nights on which clocks are put forward or back, month ends, the leap day
      ...["2024-03-31", "2024-10-27", "2024-04-07", "2024-09-08", "2024-09-29", "2024-02-29", "2024-12-31"].map((day) =>
        fc.integer({ min: -18 * 60, max: 30 * 60 }).map((minutes) => new Date(Date.parse(day) + minutes * 60_000)),
      ),
    );
    await fc.assert(
      fc.asyncProperty(instant, fc.constantFrom(...ZONES), fc.nat({ max: 12 }), async (at, timeZone, dayCutoffHour) => {
        const day = businessDate(at, timeZone, dayCutoffHour);
        await shop.db
          .transaction(async (tx) => {
            await tx.raw(
              `INSERT INTO customer_entries (customer_id, store_id, kind, amount_minor, balance_minor, document_type, document_id, document_number, user_id, user_name, created_at)
             VALUES (:id, 1, 'charge', 5000, 5000, 'sale', 1, 'C1-1', 1, 'x', :at)`,
              { id, at },
            );
            await tx.raw("UPDATE customers SET balance_minor = 5000 WHERE id = :id", { id });
            const calendar = { timeZone, dayCutoffHour };
            const [found] = await debtors(tx, { after: undefined, limit: 1, id, today: later(day, 45), calendar });
            assert.equal(found?.charges[0]?.days, 45, `${at.toISOString()} ${timeZone} ${dayCutoffHour}`);
            throw new Undo();
          })
          .catch((error: unknown) => {
            if (!(error instanceof Undo)) throw error;
          });
      }),
      { numRuns: 300 },
    );
  }).timeout(60_000);

  it("whatever the period: what was owed before and what is on the sheet are what is owed after", async () => {
    const id = await hire();
    const made: { at: Date; amountMinor: number }[] = [];
    let at = Date.parse("2024-01-28T00:30:00Z");
    // a fixed walk through fourteen months, by steps that fall on every hour of the day
    for (let step = 0; step < 120; step += 1) {
      at += (37 + ((step * step * 7919) % 97)) * 3_600_000 + step * 60_000;
      const amountMinor = step % 3 === 2 ? -((step * 131) % 900) - 1 : ((step * 7717) % 3000) + 1;
      made.push({ at: new Date(at), amountMinor });
      await book(id, amountMinor, new Date(at));
    }
    for (const [zone, hour] of [
      ["America/Santiago", 4],
      ["Pacific/Auckland", 12],
    ] as const) {
      await live(zone, hour);
      const dayOf = (instant: Date) => businessDate(instant, zone, hour);
      const read = async (from: string, to: string) =>
        (await manager.get<Statement>(`/api/v1/customers/${id}/statement?from=${from}&to=${to}`)).body;
      const days = made.map((one) => dayOf(one.at));
      const day = fc.oneof(
        fc.constantFrom(...days),
        fc.constantFrom("2024-02-29", "2024-01-31", "2024-03-31", "2024-12-31"),
        fc.integer({ min: -10, max: 460 }).map((after) => later("2024-01-28", after)),
      );
      await fc.assert(
        fc.asyncProperty(day, day, async (one, other) => {
          const [from, to] = one < other ? [one, other] : [other, one];
          const said = await read(from, to);
          const within = made.filter((entry) => dayOf(entry.at) >= from && dayOf(entry.at) <= to);
          assert.deepEqual(
            said.entries.map(({ amount, created_at }) => [minor(amount), created_at]),
            within.map(({ amountMinor, at }) => [amountMinor, at.toISOString()]),
          );
          const opening = made
            .filter((entry) => dayOf(entry.at) < from)
            .reduce((so, entry) => so + entry.amountMinor, 0);
          assert.equal(minor(said.opening), opening);
          let so = opening;
          for (const entry of said.entries) {
            so += minor(entry.amount);
            assert.equal(minor(entry.balance), so);
          }
          assert.equal(minor(said.closing), so);
          // the sheet of the day after opens with what this one closes with
          assert.equal((await read(later(to, 1), later(to, 9))).opening, said.closing);
        }),
        { numRuns: 40 },
      );
    }
    const { body } = await manager.get<{ balance: string }>(`/api/v1/customers/${id}`);
    const all = await manager.get<Statement>(`/api/v1/customers/${id}/statement?from=2024-01-01&to=2026-01-01`);
    assert.equal(all.body.closing, body.balance);
  }).timeout(120_000);

  it("29 February is a day of leap years only", async () => {
    const id = await hire();
    const ask = (from: string) =>
      manager.get<Statement>(`/api/v1/customers/${id}/statement?from=${from}&to=2027-01-01`);
    assert.equal((await ask("2024-02-29")).status, 200);
    for (const none of ["2023-02-29", "2026-02-29", "2025-04-31", "2025-13-01", "0000-00-00"]) {
      const answer = await ask(none);
      assert.deepEqual([answer.status, answer.body.errors?.[0]?.field], [422, "from"], none);
    }
  });
});

class Undo extends Error {}
