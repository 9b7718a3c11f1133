/**
 * Whether two names are of one product: their terms compared by weight, where words that differ by a letter or two still count in
 * part (soft TF-IDF: W. Cohen, P. Ravikumar, S. Fienberg, "A comparison of string distance metrics for name-matching tasks", 2003).
 * Another size is another product.
 */
import type { Distance } from "../lexical/edits.ts";
import { termsOf } from "../text/analyze.ts";

/** words less alike are two words */
const LEAST_ALIKE = 0.75;
const OTHER_SIZE = 0.5;

interface By {
  /** how telling a term is */
  idf(term: string): number;
  distance: Distance;
}

/** Between 0 and 1, the same both ways. */
export function likeness(one: string, other: string, by: By): number {
  const [a, b] = [new Set(termsOf(one)), new Set(termsOf(other))];
  const all = sumOf(a, by) + sumOf(b, by);
  if (all === 0) return 0;
  const common = shared(a, b, by) + shared(b, a, by);
  return (common / all) * (sameSizes(a, b) ? 1 : OTHER_SIZE);
}

function sumOf(terms: ReadonlySet<string>, { idf }: By): number {
  let sum = 0;
  for (const term of terms) sum += idf(term);
  return sum;
}

function shared(a: ReadonlySet<string>, b: ReadonlySet<string>, { idf, distance }: By): number {
  let sum = 0;
  for (const term of a) sum += idf(term) * (b.has(term) ? 1 : nearest(term, b, distance));
  return sum;
}

function nearest(term: string, others: ReadonlySet<string>, distance: Distance): number {
  if (/\d/.test(term)) return 0;
  let best = 0;
  for (const other of others) {
    if (/\d/.test(other)) continue;
    const longer = Math.max(term.length, other.length);
    const most = Math.floor(longer * (1 - LEAST_ALIKE));
    const apart = distance(term, other, most);
    if (apart <= most) best = Math.max(best, 1 - apart / longer);
  }
  return best;
}

/** A name without a size may be any of them. */
function sameSizes(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  const [one, other] = [numbersOf(a), numbersOf(b)];
  if (one.length === 0 || other.length === 0) return true;
  return one.length === other.length && one.every((term, index) => term === other[index]);
}

const numbersOf = (terms: ReadonlySet<string>) => [...terms].filter((term) => /\d/.test(term)).sort();
