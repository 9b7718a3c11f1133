/** Sales for long at 70 % of the most that was measured, while connections are cut and the program is killed once. */
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { type Apps, startApps } from "./apps.ts";
import { type Compared, compare, lastSale, readBooks } from "./books.ts";
import { stockUp } from "./goods.ts";
import { perSecond, startLoad } from "./load/load.ts";
import type { Answer } from "./load/protocol.ts";
import { residentMegabytes } from "./memory.ts";
import { openRegisters, REGISTERS, salesOf } from "./registers.ts";
import { type Figure, median, percentile } from "./stats.ts";

const SECONDS = Number(process.env["BENCH_SOAK_SECONDS"] ?? process.env["BENCH_SECONDS"] ?? 40);
/** what must not drift is judged of so long */
const GOAL_SECONDS = 1800;
/** sales before it counts */
const WARM = Number(process.env["BENCH_WARM"] ?? 600);
const SHARE = 0.7;
const CUT_EVERY_MS = Math.max(5000, (SECONDS * 1000) / 20);

export async function soak(): Promise<Figure[]> {
  const apps = await startApps(1);
  const load = startLoad();
  const [app] = apps.all;
  const faults = new AbortController();
  let causing: Promise<{ cuts: number }> | undefined;
  try {
    if (!app) throw new Error("no app was started");
    await stockUp(apps.db, 5000);
    await openRegisters(apps.db);
    const order = { url: app.url, headers: apps.headers, asks: salesOf(), clients: REGISTERS };
    await load.run({ ...order, count: WARM });
    // as autovacuum does within a minute, and before the most is measured
    await apps.db.raw("ANALYZE");
    const most = perSecond(await load.run({ ...order, seconds: 5 }));
    const before = await lastSale(apps.db);
    causing = cause(apps, faults.signal);
    // told when it is waited for
    causing.catch(() => {});
    const everyMs = (REGISTERS * 1000) / (most * SHARE);
    const half = { ...order, everyMs, seconds: SECONDS / 2, goOn: true, keepSold: true };
    const early = await load.run(half);
    const held = await residentMegabytes(app.pid());
    const late = await load.run(half);
    faults.abort();
    const { cuts } = await causing;
    const leftOver = await residentMegabytes(app.pid());
    const books = compare([...early.sold, ...late.sold], await readBooks(apps.db, before));
    return figures({ most, early, late, cuts, books, memory: [held, leftOver] });
  } finally {
    faults.abort();
    await causing?.catch(() => {});
    load.close();
    await apps.close();
  }
}

/** Cuts the program's connections every so often; in the first half it is killed once and started again. */
async function cause({ db, all }: Apps, signal: AbortSignal): Promise<{ cuts: number }> {
  let cuts = 0;
  const wait = () => pause(CUT_EVERY_MS, undefined, { signal }).catch(() => {});
  await wait();
  if (!signal.aborted) await all[0]?.killAndRestart();
  while (!signal.aborted) {
    await wait();
    if (signal.aborted) break;
    const { rows } = await db.raw(
      `SELECT count(pg_terminate_backend(pid))::int AS cut FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = 'pos-odata' AND pid <> pg_backend_pid()
         AND state <> 'idle'`,
    );
    cuts += rows[0].cut;
  }
  return { cuts };
}

const counted = (name: string, value: number) => ({ name, value, unit: "", samples: [value] });

interface Seen {
  most: number;
  early: Answer;
  late: Answer;
  cuts: number;
  books: Compared;
  memory: (number | undefined)[];
}

function figures({ most, early, late, cuts, books, memory }: Seen): Figure[] {
  const samples = [...early.samples, ...late.samples];
  const failures = new Map<string, number>();
  for (const [what, count] of [early, late].flatMap((one) => Object.entries(one.failures)))
    failures.set(what, (failures.get(what) ?? 0) + count);
  const failed = [...failures.values()].reduce((sum, count) => sum + count, 0);
  const named = [...failures].map(([what, count]) => `${count} x ${what}`).join("; ");
  const at = (share: number) => percentile(samples, share).toFixed(1);
  const reached = samples.length / (early.seconds + late.seconds);
  const where = `${SECONDS} s at ${SHARE * 100} % of ${most.toFixed(0)}/s`;
  const rates = `${reached.toFixed(1)}/s reached of ${(most * SHARE).toFixed(1)}/s`;
  const [held, leftOver] = memory;
  // a short one shows none
  const drift = SECONDS >= GOAL_SECONDS ? { goal: { atMost: 110 } } : {};
  return [
    {
      name: `a sale in a soak of ${where}, p99`,
      value: percentile(samples, 0.99),
      unit: "ms",
      beside: `${rates}; from when it was meant to be asked: p50 ${at(0.5)}, p95 ${at(0.95)}, p99.9 ${at(0.999)} ms of ${samples.length} sales; one kill, ${cuts} connections cut`,
      samples,
    },
    {
      ...counted("soak: tries that were not answered with a sale, and made again", failed),
      beside: named || "none",
    },
    {
      ...counted("soak: sales that were never answered", early.unanswered + late.unanswered),
      beside: "",
      goal: { atMost: 0 },
    },
    {
      ...counted("soak: answered sales that are not in the books", books.lost.length),
      beside: `${samples.length} compared by id and number`,
      goal: { atMost: 0 },
    },
    {
      ...counted("soak: sales that are in the books twice for one key, or once for two", books.doubled.length),
      beside: "by the keys that the database keeps",
      goal: { atMost: 0 },
    },
    {
      name: "soak: p50 of the second half, of the first's",
      value: (100 * median(late.samples)) / median(early.samples),
      unit: "%",
      beside: `${median(late.samples).toFixed(1)} and ${median(early.samples).toFixed(1)} ms`,
      samples: late.samples,
      peer: early.samples,
      ...drift,
    },
    ...(held && leftOver
      ? [
          {
            name: "soak: memory at the end, of that at half time",
            value: (100 * leftOver) / held,
            unit: "%",
            beside: `${leftOver.toFixed(0)} and ${held.toFixed(0)} MB`,
            samples: [leftOver],
            peer: [held],
            ...drift,
          },
        ]
      : []),
  ];
}
