/**
 * Who takes back, discounts, opens and misses more than the others. A sign to look, not a verdict: whoever works where goods
 * come back has more returns. Amounts in minor units.
 */

/** A figure of one person is marked from this many times on... */
export const LEAST = 5;
/** ...when it is more than so many times the median rate of all who sold. */
export const TIMES = 3;

/**
 * void: what the person voided; voided: what others or the person voided of the person's sales; price: lines charged below
 * the list by hand, by whose sale it was; the others as they are called.
 */
export const MEASURES = ["void", "voided", "return", "price", "discount", "drawer", "difference"] as const;
export type Measure = (typeof MEASURES)[number];

/** Everybody who counts a drawer may have it: that the others have none says something. All else needs a permission of somebody. */
const ANYBODYS: Measure = "difference";

export interface LossFact {
  kind: Measure | "sale";
  count: number;
  amountMinor: number;
}

export interface Figure {
  count: number;
  amountMinor: number;
  /** hundredths of occurrences in 100 sales; undefined: the person sold nothing */
  rate: number | undefined;
  /**
   * the rate that half of those who sold are at or below; of what only some may do, half of those who have any: the others' nothing
   * is no measure
   */
  usual: number;
  outlier: boolean;
}

export interface CashierLoss {
  userId: number;
  userName: string;
  sales: number;
  salesMinor: number;
  /** what was taken off in basis points of what the sales would have cost without it */
  discountShareBp: number;
  figures: Record<Measure, Figure>;
}

const NONE = { count: 0, amountMinor: 0 };

export function lossByCashier(
  people: readonly { userId: number; userName: string; facts: readonly LossFact[] }[],
): CashierLoss[] {
  const of = (facts: readonly LossFact[], kind: LossFact["kind"]) => facts.find((one) => one.kind === kind) ?? NONE;
  const rates = people.map(({ facts }) => {
    const sales = of(facts, "sale").count;
    return (measure: Measure) => (sales === 0 ? undefined : Math.round((of(facts, measure).count * 10_000) / sales));
  });
  const ratesOf = (measure: Measure) => rates.flatMap((rate) => rate(measure) ?? []);
  return people.map(({ userId, userName, facts }, index) => {
    const figure = (measure: Measure): Figure => {
      const { count, amountMinor } = of(facts, measure);
      const rate = rates[index]?.(measure);
      const isMore = rate === undefined || rate > TIMES * median(ratesOf(measure));
      const outlier = people.length > 1 && count >= LEAST && isMore;
      const usual = median(ratesOf(measure).filter((one) => one > 0 || measure === ANYBODYS));
      return { count, amountMinor, rate, usual, outlier };
    };
    const sold = of(facts, "sale");
    const { amountMinor: discountMinor } = of(facts, "discount");
    const listMinor = sold.amountMinor + discountMinor;
    return {
      userId,
      userName,
      sales: sold.count,
      salesMinor: sold.amountMinor,
      discountShareBp: listMinor === 0 ? 0 : Math.round((discountMinor / listMinor) * 10_000),
      figures: {
        void: figure("void"),
        voided: figure("voided"),
        return: figure("return"),
        price: figure("price"),
        discount: figure("discount"),
        drawer: figure("drawer"),
        difference: figure("difference"),
      },
    };
  });
}

/** The lower one of the two in the middle: half of the people are at it or below. */
function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}
