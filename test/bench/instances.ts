/** Sales by one, two and four processes on one database, and eight registers that sell one same product against different ones. */
import type { RunningApp } from "../crash/app.ts";
import { startApps } from "./apps.ts";
import { stockUp } from "./goods.ts";
import { type Load, perSecond, startLoad } from "./load/load.ts";
import type { Answer, Ask } from "./load/protocol.ts";
import { openRegisters, REGISTERS, salesOf } from "./registers.ts";
import { type Figure, interleaved, median, ROUNDS } from "./stats.ts";

const PRODUCTS = 5000;
const SECONDS = 3;
const MOST = 4;

export async function instances(): Promise<Figure[]> {
  const apps = await startApps(MOST);
  const loads = Array.from({ length: MOST }, startLoad);
  try {
    await stockUp(apps.db, PRODUCTS);
    await openRegisters(apps.db);
    const sell = (count: number, asks: Ask[][]) => () => sellWith(apps.all.slice(0, count), loads, apps.headers, asks);
    const apart = salesOf();
    await sell(MOST, apart)();
    // as autovacuum does within a minute: plans of empty tables are none of a shop's
    await apps.db.raw("ANALYZE");
    const counts = [1, 2, MOST].map((count) => sell(count, apart));
    const [one = [], two = [], four = []] = (await interleaved(ROUNDS, counts)).map((runs) => runs.map(rateOf));
    // one line each, so that the same work is done with and without a row that all want
    const lines = [salesOf({ items: 1, same: 1 }), salesOf({ items: 1 })].map((asks) => sell(2, asks));
    const [hot = [], cold = []] = (await interleaved(ROUNDS, lines)).map((runs) => runs.map(rateOf));
    return [
      { ...more("two processes", two, one), goal: { atLeast: 1.7 } },
      more("four processes", four, one),
      {
        name: `${REGISTERS} registers sell one product, of different ones`,
        value: (100 * median(hot)) / median(cold),
        unit: "%",
        beside: `two processes; ${median(hot).toFixed(0)}/s and ${median(cold).toFixed(0)}/s`,
        samples: hot,
        peer: cold,
        goal: { atLeast: 60 },
      },
    ];
  } finally {
    for (const load of loads) load.close();
    await apps.close();
  }
}

const more = (name: string, many: number[], one: number[]): Figure => ({
  name: `sales by ${name}, of one's`,
  value: median(many) / median(one),
  unit: "x",
  beside: `${median(many).toFixed(0)}/s; one process ${median(one).toFixed(0)}/s`,
  samples: many,
  peer: one,
});

/** The registers are shared out among the processes. */
function sellWith(
  apps: RunningApp[],
  loads: Load[],
  headers: Record<string, string>,
  asks: Ask[][],
): Promise<Answer[]> {
  return Promise.all(
    apps.map(({ url }, index) => {
      const mine = asks.filter((_, register) => register % apps.length === index);
      return (loads[index] as Load).run({ url, headers, asks: mine, clients: mine.length, seconds: SECONDS });
    }),
  );
}

const rateOf = (answers: Answer[]): number => answers.reduce((sum, one) => sum + perSecond(one), 0);
