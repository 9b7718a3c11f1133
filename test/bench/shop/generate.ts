/** Fills an empty, migrated database with a shop that has been selling for a while. The same seed gives the same rows. */
import type { Database } from "../../../kernel/db/database.ts";
import { readShop } from "../../../kernel/settings/shop.ts";
import { createSettings } from "../../../kernel/settings/store.ts";
import { rangesOf } from "../../../plugins/pos/queries/registers.ts";
import { stockShelves } from "./catalogue.ts";
import { createDays } from "./days.ts";
import { createDemand } from "./demand.ts";
import { articles } from "./names.ts";
import { hire } from "./people.ts";
import { createRandom } from "./random.ts";
import { deliveryTime, salesByDay } from "./rhythm.ts";
import { createTrail } from "./trail.ts";

export interface Wanted {
  products: number;
  sales: number;
  seed: number;
  /** the last business day, YYYY-MM-DD */
  until: string;
  /** of all the people */
  password: string;
  registers?: number;
  /** how long it has been selling */
  days?: number;
}

/** what a shop with eight registers rings on a day */
const SALES_A_DAY = 1400;
const DAY_MS = 86_400_000;
/** days after which the database looks at its tables again: what it planned for empty ones would be slow */
const LOOKS = new Set([1, 3, 10, 30, 100, 300]);

/** `tell` hears how far it is. Throws when there are products or sales already. */
export async function generate(db: Database, wanted: Wanted, tell: (line: string) => void = () => {}): Promise<void> {
  await refuseUsed(db);
  const { seed, products, sales, until, registers = 8 } = wanted;
  const days = salesByDay(until, wanted.days ?? Math.max(30, Math.ceil(sales / SALES_A_DAY)), sales);
  const random = createRandom(seed);
  const settings = createSettings({ db });
  const trail = createTrail();
  const opening = deliveryTime(days[0]?.date ?? until);
  const { manager, tills } = await hire(db, trail, {
    registers,
    password: wanted.password,
    now: new Date(opening.getTime() - DAY_MS),
  });
  const demand = createDemand(products);
  const storeId = tills[0]?.register.storeId ?? 0;
  // the only one, so it has the shop's name and days
  const shop = { ...(await readShop(settings)), storeId };
  const goods = await stockShelves(db, {
    storeId,
    manager,
    articles: articles(products, random),
    demand,
    salesADay: Math.ceil(sales / days.length),
    now: new Date(opening.getTime() - DAY_MS / 2),
  });
  tell(`${goods.length} products`);
  const ranges = await rangesOf(
    db.primary,
    tills.map(({ register }) => register.id),
  );
  const withRanges = tills.map((till) => {
    const range = ranges.find(({ registerId }) => registerId === till.register.id);
    if (!range) throw new Error(`${till.register.name} has no numbers`);
    return { ...till, range };
  });
  const byId = new Map(goods.map((one) => [one.id, one]));
  const day = createDays({
    db,
    settings,
    shop,
    trail,
    random,
    demand,
    goods,
    byId,
    manager,
    tills: withRanges,
  });
  let made = 0;
  for (const [index, { date, sales: count }] of days.entries()) {
    made += await day(date, count, made + 1);
    if (LOOKS.has(index + 1)) await look(db);
    if (index % 50 === 49) tell(`${date}: ${made} sales`);
  }
  await look(db);
  tell(`${made} sales on ${days.length} days`);
}

/** Of a large shop it takes longer than a statement of a request may. */
async function look(db: Database): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.raw("SET LOCAL statement_timeout = 0");
    await tx.raw("ANALYZE");
  });
}

async function refuseUsed(db: Database): Promise<void> {
  const { rows } = await db.primary.raw("SELECT EXISTS (SELECT FROM products) OR EXISTS (SELECT FROM sales) AS used");
  if (rows[0].used) throw new Error("this shop has products or sales already: generate into an empty one");
}
