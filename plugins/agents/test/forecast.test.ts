/** What the forecasts know and when they are silent: pure, by series whose truth is known. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { describe, it } from "mocha";
import { errorsOf, forecast, judge, LEAST_DAYS } from "../forecast/backtest.ts";
import { croston, holtWinters, METHODS, naive, seasonalNaive, tsb, weekdayMean } from "../forecast/methods.ts";
import { knownOf } from "../watching/forecasts.ts";

/** A number between 0 and 1 for each place, always the same (a linear congruence). */
function noise(seed: number) {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

const near = (value: number | undefined, wanted: number, most: number) =>
  assert.ok(Math.abs((value ?? Number.NaN) - wanted) <= most, `${value} is not ${wanted}`);

describe("forecasts", () => {
  const WEEK = [2, 3, 3, 4, 6, 12, 9];
  const rhythm = Array.from({ length: 182 }, (_, day) => WEEK[day % 7] ?? 0);

  it("a week that repeats is known to the day", () => {
    for (const method of [seasonalNaive, holtWinters, weekdayMean])
      method(rhythm, 10).forEach((said, ahead) => void near(said, WEEK[ahead % 7] ?? 0, 0.01));
    assert.deepEqual(naive(rhythm, 2), [9, 9]);
    // in the middle of a week as well
    holtWinters(rhythm.slice(0, 150), 7).forEach((said, ahead) => void near(said, WEEK[(150 + ahead) % 7] ?? 0, 0.01));
    weekdayMean(rhythm.slice(0, 150), 7).forEach((said, ahead) => void near(said, WEEK[(150 + ahead) % 7] ?? 0, 0.01));
  });

  it("of a slow mover its rate is known, and TSB forgets one that nobody asks for any more", () => {
    const slow = Array.from({ length: 200 }, (_, day) => (day % 5 === 4 ? 2 : 0));
    // 2 in 5 days, less the correction of the bias
    near(croston(slow, 1)[0], 0.4 * 0.95, 0.001);
    near(tsb(slow, 1)[0], 0.4, 0.06);
    const dead = [...slow, ...Array.from({ length: 90 }, () => 0)];
    near(croston(dead, 1)[0], 0.4 * 0.95, 0.001);
    assert.ok((tsb(dead, 1)[0] ?? 1) < 0.01);
  });

  it("Croston starts with the mean of the first distances and sizes, not with a sale every day", () => {
    const sizes = new Map([
      [0, 1],
      [10, 2],
      [30, 3],
      [40, 2],
      [60, 4],
      [90, 2],
    ]);
    const days = (length: number, before = 0) =>
      Array.from({ length: before + length }, (_, day) => sizes.get(day - before) ?? 0);
    // 10, 20, 10 and 20 days are 15, and then 15 + 0.1 (30 - 15) = 16.5; 1, 2, 3 and 2 are 2, and then 2.2 and 2.18
    near(croston(days(100), 1)[0], (0.95 * 2.18) / 16.5, 1e-9);
    // how long it was before the first of them nobody knows
    near(croston(days(100, 25), 1)[0], (0.95 * 2.18) / 16.5, 1e-9);
    near(croston(days(20), 1)[0], (0.95 * 1.5) / 10, 1e-9);
    near(croston(days(10), 1)[0], 0.95 / 10, 1e-9);
    assert.deepEqual([croston([], 1), croston([0, 0], 1)], [[0], [0]]);
  });

  it("as the shop sends it, one every so many days is known as that", () => {
    const every = (many: number, first: number) =>
      Array.from({ length: 182 }, (_, day) => (day % many === first ? 1000 : 0));
    for (const [many, first] of [
      [5, 2],
      [12, 0],
      [14, 13],
      [20, 0],
    ] as const) {
      const known = knownOf({ milli: every(many, first), soldBefore: false }) ?? assert.fail(`silent of ${many}`);
      const fourWeeks = known.days.slice(0, 28).reduce((sum, said) => sum + said, 0);
      // Croston's is 5 % less, by the correction of the bias
      near((fourWeeks * many) / 28, known.grounds.method === "croston" ? 0.95 : 1, 1e-9);
    }
  });

  it("what it did not sell before its first sale counts when it had sold before", () => {
    // a sale in each week of the last eleven, of two one week and four the next, on Wednesdays
    const young = Array.from({ length: 182 }, (_, day) =>
      day >= 105 && day % 7 === 2 ? (day % 2 === 0 ? 2000 : 4000) : 0,
    );
    assert.equal(knownOf({ milli: young, soldBefore: false }), undefined, "eleven weeks are too few");
    assert.ok(knownOf({ milli: young, soldBefore: true }), "it lay for fifteen, which is known as well");
  });

  it("the back-test finds the method that was made for such a series", () => {
    const chosen = (series: number[]) => judge(series)?.method ?? "none";
    const random = noise(11);
    const days = <T>(of: (day: number) => T) => Array.from({ length: 182 }, (_, day) => of(day));
    const swinging = days((day) => (WEEK[day % 7] ?? 0) * 4 * (1 + 0.9 * Math.sin(day / 30)) + (random() - 0.5) * 4);
    assert.equal(chosen(swinging), "holt_winters", "a strong week whose level moves");
    const climbing = days((day) => Math.round((WEEK[day % 7] ?? 0) * (1 + Math.floor(day / 7) * 0.15) + random() * 2));
    assert.equal(chosen(climbing), "damped_trend");
    assert.equal(chosen(days((day) => (day % 13 === 4 ? 3 : 0))), "croston", "far apart, at a steady rate");
    // by chance: a steady rate is Croston's more often than TSB's, one that fell is the other way round
    const tally = (of: (day: number, chance: () => number) => number) => {
      const count = { croston: 0, tsb: 0 } as Record<string, number>;
      for (let seed = 1; seed <= 40; seed++) {
        const draw = noise(seed * 7919);
        for (let warm = 0; warm < 5; warm++) draw();
        const method = chosen(days((day) => of(day, draw)));
        count[method] = (count[method] ?? 0) + 1;
      }
      return count as { croston: number; tsb: number };
    };
    const steady = tally((_, draw) => (draw() < 0.12 ? 1 + Math.floor(draw() * 10) : 0));
    assert.ok(steady.croston > 2 * steady.tsb, JSON.stringify(steady));
    const fell = tally((day, draw) => (draw() < (day < 90 ? 0.35 : 0.06) ? 4 + Math.floor(draw() * 4) : 0));
    assert.ok(fell.tsb > 2 * fell.croston, JSON.stringify(fell));
  });

  it("with noise on the week the chosen one beats both naive ones, and says so", () => {
    const random = noise(7);
    const noisy = rhythm.map((sold) => Math.max(0, Math.round(sold + (random() - 0.5) * 10)));
    const verdict = judge(noisy) ?? assert.fail("no verdict");
    assert.ok(verdict.beats, JSON.stringify(verdict));
    assert.ok(verdict.errors.week < verdict.seasonal.week && verdict.errors.week < verdict.naive.week);
    assert.ok((verdict.mase ?? 1) < 1);
  });

  it("where nothing is better than last week it is silent: a perfect repeat, a fall without end, too few days", () => {
    assert.equal(judge(rhythm)?.beats, false, "the naive one is perfect as well");
    const falling = Array.from({ length: 182 }, (_, day) => (day < 154 ? 20 : 0));
    assert.equal(judge(falling)?.beats, false);
    assert.equal(judge(rhythm.slice(0, LEAST_DAYS - 1)), undefined);
  });

  it("the weeks that judge do not choose", () => {
    const random = noise(3);
    const noisy = rhythm.map((sold) => Math.max(0, Math.round(sold + (random() - 0.5) * 8)));
    const changed = [...noisy.slice(0, -28), ...noisy.slice(-28).map((_, day) => (day % 7 === 0 ? 40 : 0))];
    assert.equal(judge(changed)?.method, judge(noisy)?.method);
  });

  it("each week is forecast from what came before it alone", () => {
    const seen: number[] = [];
    errorsOf(
      (history, horizon) => {
        seen.push(history.length);
        return naive(history, horizon);
      },
      rhythm,
      4,
    );
    assert.deepEqual(seen, [154, 161, 168, 175]);
  });

  it("no history makes a number that is none, or below zero", () => {
    const series = fc.array(fc.oneof(fc.constant(0), fc.double({ min: -5, max: 1e6, noNaN: true })), {
      maxLength: 130,
    });
    fc.assert(
      fc.property(series, fc.integer({ min: 0, max: 60 }), (history, horizon) => {
        for (const method of [naive, seasonalNaive, ...Object.values(METHODS)]) {
          const said = method(history, horizon);
          assert.equal(said.length, horizon);
          assert.ok(said.every((value) => Number.isFinite(value) && value >= 0));
        }
        const verdict = judge(history);
        if (verdict) assert.equal(forecast(history, verdict.method, 3).length, 3);
      }),
      { numRuns: 150 },
    );
  });
});
