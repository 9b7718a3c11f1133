/** The day of a sale is the one on the shop's wall, whichever day was asked for a moment before. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { businessDate } from "../../kernel/clock.ts";

const ZONES = [
  "America/Bogota",
  "Asia/Kathmandu",
  "Pacific/Kiritimati",
  "America/St_Johns",
  "Australia/Lord_Howe",
  "UTC",
];

function onTheWall(instant: Date, timeZone: string, cutoffHour: number): string {
  const parts = new Intl.DateTimeFormat("en-US", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" });
  const shifted = new Date(instant.getTime() - cutoffHour * 3_600_000);
  const part = Object.fromEntries(parts.formatToParts(shifted).map(({ type, value }) => [type, value]));
  return `${part["year"]}-${part["month"]}-${part["day"]}`;
}

describe("the business day", () => {
  it("is the wall's, of instants that follow each other closely, in any zone and with any cut-off", () => {
    const start = fc.date({ min: new Date("1980-01-01"), max: new Date("2100-01-01"), noInvalidDate: true });
    // from a minute's last millisecond to days later
    const step = fc.oneof(fc.integer({ min: -70_000, max: 70_000 }), fc.integer({ min: -90_000_000, max: 90_000_000 }));
    const asked = fc.record({ step, timeZone: fc.constantFrom(...ZONES), cutoffHour: fc.integer({ min: 0, max: 12 }) });
    fc.assert(
      fc.property(start, fc.array(asked, { minLength: 2, maxLength: 20 }), (first, questions) => {
        let at = first.getTime();
        for (const { step, timeZone, cutoffHour } of questions) {
          at += step;
          const day = businessDate(new Date(at), timeZone, cutoffHour);
          assert.equal(day, onTheWall(new Date(at), timeZone, cutoffHour));
        }
      }),
    );
  });

  it("changes at midnight, or at the cut-off hour", () => {
    const day = (at: string, cutoffHour = 0) => businessDate(new Date(at), "America/Bogota", cutoffHour);
    assert.equal(day("2026-03-01T04:59:59.999Z"), "2026-02-28");
    assert.equal(day("2026-03-01T05:00:00.000Z"), "2026-03-01");
    assert.equal(day("2026-03-01T08:59:59.999Z", 4), "2026-02-28");
    assert.equal(day("2026-03-01T09:00:00.000Z", 4), "2026-03-01");
  });
});
