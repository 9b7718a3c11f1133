/** Chance that can be repeated: the same seed, the same shop. */
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

export interface Random {
  /** both included */
  int(from: number, to: number): number;
  /** from 0 up to, never, 1 */
  share(): number;
  /** true so many times in a hundred */
  percent(chance: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** version 4 */
  uuid(): string;
}

const STEPS = 2 ** 31;

export function createRandom(seed: number): Random {
  const generator = xoroshiro128plus(seed);
  const int = (from: number, to: number) => uniformInt(generator, from, to);
  return {
    int,
    share: () => int(0, STEPS - 1) / STEPS,
    percent: (chance) => int(0, 99) < chance,
    pick: (from) => from[int(0, from.length - 1)] ?? fail(),
    uuid: () => {
      const hex = Array.from({ length: 8 }, () => int(0, 0xffff).toString(16).padStart(4, "0"));
      const [a, b, c, d, e, f, g, h] = hex;
      const variant = "89ab"[int(0, 3)];
      return `${a}${b}-${c}-4${d?.slice(1)}-${variant}${e?.slice(1)}-${f}${g}${h}`;
    },
  };
}

function fail(): never {
  throw new RangeError("nothing to pick from");
}

/** An order by chance in which what weighs more tends to come first (Efraimidis and Spirakis 2006). */
export function weightedOrder<T>(items: readonly T[], weight: (item: T) => number, random: Random): T[] {
  const keyed = items.map((item) => ({ item, key: -Math.log(1 - random.share()) / weight(item) }));
  return keyed.sort((one, other) => one.key - other.key).map(({ item }) => item);
}

/** Picks an index as often as its weight says. */
export function createDraw(weights: readonly number[]): (random: Random) => number {
  const upTo = new Float64Array(weights.length);
  let whole = 0;
  for (const [index, weight] of weights.entries()) {
    whole += weight;
    upTo[index] = whole;
  }
  return (random) => {
    const wanted = random.share() * whole;
    let [low, high] = [0, upTo.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((upTo[middle] ?? 0) > wanted) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}
