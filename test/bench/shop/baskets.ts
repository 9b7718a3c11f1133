/** What one customer takes and how it is paid, priced by the till itself. */
import type { CartLine, Payment } from "../../../plugins/pos/domain.ts";
import { type CartPrice, priceCart } from "../../../plugins/pos/pricing.ts";
import { type Offer, settle, type TenderKind } from "../../../plugins/pos/settlement.ts";
import type { Good } from "./catalogue.ts";
import type { Demand } from "./demand.ts";
import { createDraw, type Random } from "./random.ts";

export interface Basket extends CartPrice<CartLine> {
  payments: Payment[];
  paidMinor: number;
  changeMinor: number;
}

const TENDERS: readonly (readonly [method: string, kind: TenderKind, weight: number])[] = [
  ["cash", "cash", 58],
  ["card", "card", 24],
  ["nequi", "wallet", 12],
  ["daviplata", "wallet", 4],
  ["transfer", "transfer", 2],
];
const tender = createDraw(TENDERS.map(([, , weight]) => weight));
/** pesos: what people hand over more of than they need */
const NOTES = [2000, 5000, 10_000, 20_000, 50_000, 100_000];
const CENTAVOS = 100;
/** grams are weighed in steps */
const GRAMS = 5;
const TRIES = 4;

/** Takes it off the shelves. Undefined where nothing that was wanted is there. */
export function fillBasket(goods: readonly Good[], demand: Demand, random: Random): Basket | undefined {
  const taken = new Map<number, { good: Good; quantityMilli: number }>();
  const wanted = demand.lines(random);
  for (let tries = 0; taken.size < wanted && tries < wanted * TRIES; tries++) {
    const good = goods[demand.rank(random)];
    if (!good || taken.has(good.id)) continue;
    const quantityMilli = good.weighed ? random.int(150 / GRAMS, 2500 / GRAMS) * GRAMS : pieces(random) * 1000;
    if (good.onHandMilli < quantityMilli) continue;
    good.onHandMilli -= quantityMilli;
    taken.set(good.id, { good, quantityMilli });
  }
  if (taken.size === 0) return undefined;
  const lines = [...taken.values()].map(({ good, quantityMilli }, index) => ({
    line: index + 1,
    productId: good.id,
    sku: good.sku,
    name: good.name,
    unit: good.unit,
    factorMilli: 1000,
    quantityMilli,
    unitPriceMinor: good.priceMinor,
    taxRateBp: good.taxRateBp,
    taxKind: good.taxKind,
  }));
  const priced = priceCart<CartLine>(lines);
  return { ...priced, ...payment(priced.totals.totalMinor, random) };
}

function pieces(random: Random): number {
  if (random.percent(78)) return 1;
  return random.percent(75) ? 2 : random.int(3, 6);
}

function payment(totalMinor: number, random: Random) {
  const [method, kind] = TENDERS[tender(random)] ?? ["cash", "cash"];
  const amountMinor = kind === "cash" ? handedOver(totalMinor, random) : totalMinor;
  const reference = kind === "wallet" || kind === "transfer" ? `M${random.int(1_000_000, 99_999_999)}` : undefined;
  const offer: Offer = { method, kind, amountMinor };
  const settled = settle(totalMinor, [offer], 0);
  if (!settled.ok) throw new Error(`${amountMinor} does not pay ${totalMinor}`);
  const { paidMinor, changeMinor } = settled;
  return { payments: [{ method, amountMinor, reference }], paidMinor, changeMinor };
}

/** Some have it exactly, most give the next larger sum of one kind of note. */
function handedOver(totalMinor: number, random: Random): number {
  if (random.percent(25)) return totalMinor;
  const note = random.pick(NOTES) * CENTAVOS;
  return Math.ceil(totalMinor / note) * note;
}
