/** What was sold of products on each day, by how people ask for them: made of nothing but a seed, for whoever forecasts. */
import { createRandom, type Random } from "./random.ts";
import { weightOf } from "./rhythm.ts";

/** Mean demand of a day, by its place of so many. */
type Asked = (day: number, days: number) => number;

const DAY_MS = 86_400_000;

interface Kind {
  name: string;
  /** of one product, drawn once */
  product(random: Random): Asked;
  /** pieces that one customer takes */
  pieces(random: Random): number;
  /** with the weekday and the payday */
  rhythm: boolean;
}

const between = (random: Random, low: number, high: number) => low + ((high - low) * random.int(0, 10_000)) / 10_000;
const one = () => 1;

export const KINDS: readonly Kind[] = [
  {
    name: "steady week",
    product: (random) => {
      const rate = between(random, 1, 25);
      return () => rate;
    },
    pieces: one,
    rhythm: true,
  },
  {
    name: "level that moves",
    product: (random) => {
      let level = between(random, 3, 20);
      return () => {
        level *= between(random, 0.955, 1.047);
        return level;
      };
    },
    pieces: one,
    rhythm: true,
  },
  {
    name: "growing",
    product: (random) => {
      const [from, to] = [between(random, 2, 6), between(random, 8, 24)];
      return (day, days) => from + ((to - from) * day) / days;
    },
    pieces: one,
    rhythm: true,
  },
  {
    name: "slow mover",
    product: (random) => {
      const rate = between(random, 0.04, 0.3);
      return () => rate;
    },
    pieces: (random) => random.int(1, 4),
    rhythm: false,
  },
  {
    name: "given up",
    product: (random) => {
      const [rate, last] = [between(random, 0.3, 3), between(random, 0.45, 0.8)];
      return (day, days) => rate * Math.max(0.02, Math.min(1, 1 - (day / days - last) / 0.2));
    },
    pieces: (random) => random.int(1, 3),
    rhythm: false,
  },
];

/** So many products of the kind; whole pieces. `until`: the last day. */
export function seriesOf(kind: Kind, wanted: { products: number; days: number; seed: number; until: string }) {
  const random = createRandom(wanted.seed);
  const end = Date.parse(`${wanted.until}T00:00:00Z`);
  const dates = Array.from({ length: wanted.days }, (_, index) =>
    new Date(end - (wanted.days - 1 - index) * DAY_MS).toISOString().slice(0, 10),
  );
  const weights = dates.map(weightOf);
  const usual = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
  return Array.from({ length: wanted.products }, () => {
    const asked = kind.product(random);
    return weights.map((weight, day) => {
      const mean = asked(day, wanted.days) * (kind.rhythm ? weight / usual : 1);
      let sold = 0;
      for (let left = customers(random, mean); left > 0; left--) sold += kind.pieces(random);
      return sold;
    });
  });
}

/** Poisson's, by multiplying (D. Knuth): for means of some tens. */
function customers(random: Random, mean: number): number {
  const least = Math.exp(-mean);
  let count = 0;
  for (let product = random.share(); product > least; product *= random.share()) count++;
  return count;
}
