/**
 * Sizes, as labels and people write them, to one way of writing each: 1,5 l, 1500 ml, 1500cc and "litro y medio" are `1500ml`; 1 kg,
 * "un kilo" and 1000 gr are `1000g`. A libra is 500 g, as Colombia's markets count it. Pure.
 */
interface Unit {
  name: string;
  /** how many of `name` it is */
  factor: number;
}

const unit = (name: string, factor = 1): Unit => ({ name, factor });
const WRITTEN: [words: string, unit: Unit][] = [
  ["g gr grs gramo gramos", unit("g")],
  ["kg kgs kilo kilos kilogramo kilogramos", unit("g", 1000)],
  ["lb lbs libra libras", unit("g", 500)],
  ["mg", unit("mg")],
  ["ml mls mililitro mililitros cc cm3", unit("ml")],
  ["cl", unit("ml", 10)],
  ["l lt lts litro litros ltr", unit("ml", 1000)],
  ["oz onza onzas", unit("oz")],
  ["un und unds uds ud unid unidad unidades", unit("un")],
  ["mm", unit("mm")],
  ["cm cms", unit("cm")],
  ["m mt mts metro metros", unit("m")],
  ["gb", unit("gb")],
  ["tb", unit("tb")],
  ["w watts", unit("w")],
  ["v", unit("v")],
];
const UNITS = new Map(WRITTEN.flatMap(([words, one]) => words.split(" ").map((word) => [word, one] as const)));
/** said alone, they are one of it: "leche litro", "una libra de café" */
const ONE_OF = new Set("litro kilo libra".split(" "));
const HALF = new Set(["medio", "media"]);
const SIZE = /^(\d+(?:\.\d+)?)([a-z]+3?)$/;
const NUMBER = /^\d+(?:\.\d+)?$/;
/** larger ones are codes */
const MOST_DIGITS = 6;

function sized(count: number, { name, factor }: Unit): string {
  return `${Math.round(count * factor * 100) / 100}${name}`;
}

/** The size that begins at a token, and how many tokens say it; undefined: none does. */
export function sizeAt(tokens: readonly string[], at: number): { size: string; tokens: number } | undefined {
  const [token = "", next = "", third = "", fourth = ""] = tokens.slice(at, at + 4);
  const times = /^x(\d{1,3})$/.exec(token);
  if (times) return { size: `${Number(times[1])}un`, tokens: UNITS.get(next)?.name === "un" ? 2 : 1 };
  if (token === "x" && /^\d{1,3}$/.test(next)) {
    const after = UNITS.get(third);
    if (!after || after.name === "un") return { size: `${Number(next)}un`, tokens: after ? 3 : 2 };
    return undefined;
  }
  const together = SIZE.exec(token);
  if (together && (together[1] ?? "").length <= MOST_DIGITS) {
    const of = UNITS.get(together[2] ?? "");
    return of && { size: sized(Number(together[1]), of), tokens: 1 };
  }
  const of = UNITS.get(next);
  if (NUMBER.test(token) && token.length <= MOST_DIGITS && of) return { size: sized(Number(token), of), tokens: 2 };
  if (HALF.has(token) && ONE_OF.has(next) && of) return { size: sized(0.5, of), tokens: 2 };
  const alone = ONE_OF.has(token) && UNITS.get(token);
  if (!alone) return undefined;
  // litro y medio
  if (next === "y" && HALF.has(third) && !UNITS.has(fourth)) return { size: sized(1.5, alone), tokens: 3 };
  return { size: sized(1, alone), tokens: 1 };
}

/** The number of a size as `sizeAt` writes it; undefined: it is none. */
export function numberOf(size: string): string | undefined {
  const parts = SIZE.exec(size);
  return parts && UNITS.has(parts[2] ?? "") ? parts[1] : undefined;
}
