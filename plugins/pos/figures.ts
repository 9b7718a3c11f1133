/** The till in figures for whoever watches from afar: the business day of each store, its shifts, numbers that run out. */
import { businessDate, type Clock } from "../../kernel/clock.ts";
import type { Database } from "../../kernel/db/database.ts";
import type { Metrics } from "../../kernel/metrics.ts";
import { doingBusiness, type Stores } from "../../kernel/stores/store.ts";
import type { SalesLookup } from "./api.ts";
import { type NumberRange, numbersLeft } from "./numbering.ts";
import { openShifts, tendersOfDays } from "./queries/figures.ts";
import { listRegisters, rangesOf } from "./queries/registers.ts";

const DAY_MS = 86_400_000;

export interface FigureParts {
  db: Database;
  clock: Clock;
  stores: Pick<Stores, "list" | "shopsOf">;
  metrics: Metrics;
  totals: SalesLookup["dayTotals"];
}

export function measureTill(parts: FigureParts): void {
  measureDay(parts);
  measureShifts(parts);
  measureNumbers(parts);
}

function measureDay({ db, clock, stores, metrics, totals }: FigureParts): void {
  const load = async () => {
    const inUse = doingBusiness(await stores.list())
      .filter(({ active }) => active)
      .map(({ id }) => ({ storeId: id }));
    const shopOf = await stores.shopsOf(inUse);
    const now = clock.now();
    const days = inUse.map((one) => {
      const { timeZone, dayCutoffHour } = shopOf(one);
      return { ...one, businessDate: businessDate(now, timeZone, dayCutoffHour) };
    });
    const [sums, tenders] = await Promise.all([totals(days), tendersOfDays(db.replica, days)]);
    return { sums: sums.map((one) => ({ ...one, currency: shopOf(one).currency })), tenders };
  };
  metrics.figures(load, [
    {
      name: "pos_day_sales",
      help: "sales of the store's business day",
      labels: ["store"],
      of: ({ sums }) => sums.map(({ storeId, sales }) => [{ store: String(storeId) }, sales] as const),
    },
    {
      name: "pos_day_total_minor",
      help: "their sum in minor units of the currency, less what came back",
      labels: ["store", "currency"],
      of: ({ sums }) =>
        sums.map(({ storeId, currency, totalMinor }) => [{ store: String(storeId), currency }, totalMinor] as const),
    },
    {
      name: "pos_day_tender_minor",
      help: "taken on the store's business day by tender, minor units, less what was given back; cash before change",
      labels: ["store", "tender", "currency"],
      of: ({ tenders }) =>
        tenders.map(
          ({ storeId, method, currency, amountMinor }) =>
            [{ store: String(storeId), tender: method, currency }, amountMinor] as const,
        ),
    },
  ]);
}

function measureShifts({ db, clock, metrics }: FigureParts): void {
  metrics.figures(
    () => openShifts(db.replica),
    [
      {
        name: "pos_open_shifts",
        help: "shifts that are open",
        labels: ["store"],
        of: (all) => all.map(({ storeId, open }) => [{ store: String(storeId) }, open] as const),
      },
      {
        name: "pos_open_shift_oldest_seconds",
        help: "age of the shift that is open for longest; 0: none is",
        labels: ["store"],
        of: (all) =>
          all.map(({ storeId, oldest }) => {
            const age = oldest === null ? 0 : (clock.now().getTime() - oldest.getTime()) / 1000;
            return [{ store: String(storeId) }, Math.max(0, age)] as const;
          }),
      },
    ],
  );
}

/** Of registers in use whose numbers end; one with a range without an end never runs out. */
function measureNumbers({ db, clock, stores, metrics }: FigureParts): void {
  const load = async () => {
    const registers = (
      await listRegisters(
        db.primary,
        doingBusiness(await stores.list()).map(({ id }) => id),
      )
    ).filter(({ active }) => active);
    const ranges = await rangesOf(
      db.primary,
      registers.map(({ id }) => id),
    );
    const shopOf = await stores.shopsOf(registers);
    return registers.flatMap(({ id, storeId }) => {
      const { timeZone, dayCutoffHour } = shopOf({ storeId });
      const today = Date.parse(businessDate(clock.now(), timeZone, dayCutoffHour));
      const usable = ranges.filter(({ registerId, active }) => registerId === id && active);
      const found = left(usable, today);
      return found === undefined ? [] : [{ labels: { store: String(storeId), register: String(id) }, ...found }];
    });
  };
  const labels = ["store", "register"];
  metrics.figures(load, [
    {
      name: "pos_numbers_left",
      help: "numbers that the register may still give",
      labels,
      of: (all) => all.map((one) => [one.labels, one.left] as const),
    },
    {
      name: "pos_numbers_left_ratio",
      help: "the same as a share of its ranges that have not ended",
      labels,
      of: (all) => all.map((one) => [one.labels, one.ratio] as const),
    },
    {
      name: "pos_numbers_left_days",
      help: "days until the last of its ranges with numbers ends; none: it has no last day",
      labels,
      of: (all) => all.flatMap((one) => (one.days === undefined ? [] : [[one.labels, one.days] as const])),
    },
  ]);
}

/** `today`: midnight, milliseconds. Undefined: there is no end. */
function left(ranges: readonly NumberRange[], today: number) {
  if (ranges.some(({ toNumber }) => toNumber === undefined)) return undefined;
  const daysOf = ({ expiresOn }: NumberRange) =>
    expiresOn === undefined ? undefined : Math.round((Date.parse(expiresOn) - today) / DAY_MS);
  const usable = ranges.filter((range) => (numbersLeft(range) ?? 0) > 0 && (daysOf(range) ?? 0) >= 0);
  const sum = (of: (range: NumberRange) => number) => usable.reduce((total, range) => total + of(range), 0);
  const all = sum(({ fromNumber, toNumber = 0 }) => toNumber - fromNumber + 1);
  const rest = sum((range) => numbersLeft(range) ?? 0);
  const days = usable.map(daysOf);
  return {
    left: rest,
    ratio: all === 0 ? 0 : rest / all,
    days: days.length === 0 || days.includes(undefined) ? undefined : Math.max(...days.map((one) => one ?? 0)),
  };
}
