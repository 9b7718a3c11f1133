/** Sales by one, two and four processes on one database, and eight registers that sell one same product against different ones. */
import process from "node:process";
import { type Apps, startApps } from "./apps.ts";
import { stockUp } from "./goods.ts";
import { type Load, latenciesOf, perSecond, startLoad, withRest } from "./load/load.ts";
import type { Answer, Ask, Order } from "./load/protocol.ts";
import { openRegisters, REGISTERS, salesOf } from "./registers.ts";
import { type Figure, interleaved, median, ROUNDS } from "./stats.ts";

const PRODUCTS = 5000;
const SECONDS = 3;
const MOST = 4;
/** sales of each process before it counts, however many run */
const WARM = Number(process.env["BENCH_WARM"] ?? 300);

export async function instances(): Promise<Figure[]> {
  const apps = await startApps(1);
  const loads = Array.from({ length: MOST }, startLoad);
  const bench = { apps, loads };
  try {
    await stockUp(apps.db, PRODUCTS);
    await openRegisters(apps.db);
    const apart = salesOf();
    await sellWith(bench, apart, { count: WARM });
    // as autovacuum does within a minute: plans of empty tables are none of a shop's
    await apps.db.raw("ANALYZE");
    // those that are not measured do not run: they would take work from those that are
    const counts = [1, 2, MOST].map((count) => async () => {
      await startWarm(bench, count, apart);
      return sellWith(bench, apart, { seconds: SECONDS });
    });
    const [one = [], two = [], four = []] = await interleaved(ROUNDS, counts);
    await startWarm(bench, 2, apart);
    // one line each, so that the same work is done with and without a row that all want
    const lines = [salesOf({ items: 1, same: 1 }), salesOf({ items: 1 })].map(
      (asks) => () => sellWith(bench, asks, { seconds: SECONDS }),
    );
    const [hot = [], cold = []] = await interleaved(ROUNDS, lines);
    return [
      { ...more("two processes", two, one), goal: { atLeast: 1.7 } },
      { ...more("four processes", four, one), goal: { atLeast: 1.7 } },
      {
        ...beside(hot, cold),
        name: `${REGISTERS} registers sell one product, of different ones`,
        value: (100 * middle(hot)) / middle(cold),
        unit: "%",
        beside: `two processes; ${middle(hot).toFixed(0)}/s and ${middle(cold).toFixed(0)}/s`,
        goal: { atLeast: 60 },
      },
    ];
  } finally {
    for (const load of loads) load.close();
    await apps.close();
  }
}

/** of one round: what each process answered */
type Round = Answer[];

const rateOf = (round: Round): number => round.reduce((sum, one) => sum + perSecond(one), 0);
const middle = (rounds: Round[]): number => median(rounds.map(rateOf));

const beside = (own: Round[], peer: Round[]) => ({
  samples: own.map(rateOf),
  peer: peer.map(rateOf),
  raw: { own: latenciesOf(own.flat()), peer: latenciesOf(peer.flat()) },
});

const more = (name: string, many: Round[], one: Round[]): Figure => ({
  ...beside(many, one),
  name: `sales by ${name}, of one's`,
  value: middle(many) / middle(one),
  unit: "x",
  beside: `${middle(many).toFixed(0)}/s; one process ${middle(one).toFixed(0)}/s`,
});

interface Bench {
  apps: Apps;
  loads: Load[];
}

async function startWarm(bench: Bench, count: number, asks: Ask[][]): Promise<void> {
  await bench.apps.start(count);
  await sellWith(bench, asks, { count: WARM });
}

/** The registers are shared out among the processes that run; what they tell is heard in the same time. */
function sellWith({ apps, loads }: Bench, asks: Ask[][], until: Pick<Order, "count" | "seconds">): Promise<Round> {
  const { all, headers } = apps;
  return Promise.all(
    all.map(({ url }, index) => {
      const mine = asks.filter((_, register) => register % all.length === index);
      const order = { url, headers, asks: mine, clients: mine.length, ...until };
      return withRest((loads[index] as Load).run(order), () => apps.heard());
    }),
  );
}
