/** Few products sell all day, most of them seldom: the sales of a product fall with its rank (Zipf). */
import { createDraw, type Random } from "./random.ts";

/** Of shops' sales by rank the exponent is near 1; below it the tail keeps some customers. */
const EXPONENT = 0.9;
/** lines on a receipt: most people come for a few things */
const LINES = [26, 22, 16, 11, 8, 5, 4, 3, 2, 1, 1, 1];

export interface Demand {
  /** the rank of a product that somebody takes, 0 the one sold most */
  rank(random: Random): number;
  /** what part of all lines a rank has */
  share(rank: number): number;
  lines(random: Random): number;
}

export function createDemand(products: number): Demand {
  const weights = Array.from({ length: products }, (_, rank) => (rank + 1) ** -EXPONENT);
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  const lines = createDraw(LINES);
  return {
    rank: createDraw(weights),
    share: (rank) => (weights[rank] ?? 0) / whole,
    lines: (random) => Math.min(lines(random) + 1, products),
  };
}

/** lines of a receipt on average */
export const MEAN_LINES =
  LINES.reduce((sum, weight, index) => sum + weight * (index + 1), 0) / LINES.reduce((sum, weight) => sum + weight, 0);
