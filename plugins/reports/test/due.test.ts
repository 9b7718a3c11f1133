/** When reports by e-mail are due by the clock of a store, and the days that they tell of. */
import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { firstHour, lastOver, nextDue, type Rhythm, rangeOf } from "../mailing/due.ts";

const at = (rhythm: Rhythm, hour: number, more: { weekday?: number; monthDay?: number } = {}) => ({
  rhythm,
  hour,
  weekday: more.weekday,
  monthDay: more.monthDay,
});
const next = (now: string, timing: ReturnType<typeof at>, zone = "America/Bogota") =>
  nextDue(new Date(now), timing, zone).toISOString();

describe("when a report by e-mail is due", () => {
  it("is the next such hour of the store, never the moment itself", () => {
    // a Monday, ten o'clock in Bogotá
    assert.equal(next("2026-03-02T15:00:00Z", at("daily", 11)), "2026-03-02T16:00:00.000Z");
    assert.equal(next("2026-03-02T15:00:00Z", at("daily", 10)), "2026-03-03T15:00:00.000Z");
    assert.equal(next("2026-03-02T15:00:00Z", at("weekly", 7, { weekday: 1 })), "2026-03-09T12:00:00.000Z");
    assert.equal(next("2026-03-02T15:00:00Z", at("weekly", 7, { weekday: 7 })), "2026-03-08T12:00:00.000Z");
    assert.equal(next("2026-03-02T15:00:00Z", at("monthly", 7, { monthDay: 2 })), "2026-04-02T12:00:00.000Z");
    assert.equal(next("2026-01-30T15:00:00Z", at("monthly", 7, { monthDay: 28 })), "2026-02-28T12:00:00.000Z");
  });

  it("follows the clock when it is put forward and back", () => {
    // Madrid: forward on 29 March 2026 (02:00 is left out), back on 25 October (02:00 comes twice)
    assert.equal(next("2026-03-28T12:00:00Z", at("daily", 2), "Europe/Madrid"), "2026-03-29T01:00:00.000Z");
    assert.equal(next("2026-03-29T12:00:00Z", at("daily", 2), "Europe/Madrid"), "2026-03-30T00:00:00.000Z");
    const first = nextDue(new Date("2026-10-24T12:00:00Z"), at("daily", 2), "Europe/Madrid");
    assert.ok(["2026-10-25T00:00:00.000Z", "2026-10-25T01:00:00.000Z"].includes(first.toISOString()));
    assert.equal(nextDue(first, at("daily", 2), "Europe/Madrid").toISOString(), "2026-10-26T01:00:00.000Z");
    for (const zone of ["Asia/Kathmandu", "Pacific/Apia", "America/St_Johns", "Pacific/Chatham"]) {
      const due = nextDue(new Date("2026-03-02T15:00:00Z"), at("daily", 7), zone);
      const there = new Intl.DateTimeFormat("en-GB", { timeZone: zone, timeStyle: "short" }).format(due);
      assert.equal(there, "07:00", zone);
    }
  });

  it("tells of whole days that are over", () => {
    assert.deepEqual(rangeOf("daily", "2026-03-01"), { from: "2026-03-01", to: "2026-03-01" });
    assert.deepEqual(rangeOf("weekly", "2026-03-01"), { from: "2026-02-23", to: "2026-03-01" });
    assert.deepEqual(rangeOf("monthly", "2026-02-28"), { from: "2026-02-01", to: "2026-02-28" });
    assert.deepEqual(rangeOf("monthly", "2026-03-14"), { from: "2026-02-01", to: "2026-02-28" });
  });

  const bogota = { timeZone: "America/Bogota", dayCutoffHour: 0 };
  const night = { timeZone: "America/Bogota", dayCutoffHour: 6 };
  // three hours behind Bogotá in winter, two in summer
  const west = { timeZone: "America/Los_Angeles", dayCutoffHour: 4 };

  it("tells of the latest day that is over in every store", () => {
    // one o'clock in Bogotá: the 2nd is over where days end at midnight, and not where the night still sells
    const at = new Date("2026-03-03T06:00:00Z");
    assert.equal(lastOver(at, [bogota]), "2026-03-02");
    assert.equal(lastOver(at, [bogota, night]), "2026-03-01");
    assert.equal(lastOver(new Date("2026-03-03T10:59:59Z"), [bogota, night]), "2026-03-01");
    assert.equal(lastOver(new Date("2026-03-03T11:00:00Z"), [bogota, night]), "2026-03-02");
    // four in the morning over there is seven in Bogotá
    assert.equal(lastOver(new Date("2026-03-03T11:59:59Z"), [bogota, west]), "2026-03-01");
    assert.equal(lastOver(new Date("2026-03-03T12:00:00Z"), [bogota, west]), "2026-03-02");
  });

  it("is for an hour at which the day before is over everywhere, if there is one", () => {
    const winter = new Date("2026-02-02T15:00:00Z");
    const from = (...places: (typeof bogota)[]) => firstHour(winter, "America/Bogota", places);
    assert.equal(from(bogota), 0);
    assert.equal(from(bogota, night), 6);
    assert.equal(from(bogota, night, west), 7);
    assert.equal(firstHour(new Date("2026-07-02T15:00:00Z"), "America/Bogota", [bogota, west]), 6);
    // a day of Honolulu ends when one of Auckland is over and the next one goes on: no hour waits for it
    const far = { timeZone: "Pacific/Honolulu", dayCutoffHour: 6 };
    assert.equal(firstHour(winter, "Pacific/Auckland", [far]), undefined);
  });
});
