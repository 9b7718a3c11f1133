/** What stands on the shelves: kinds by brands, variants and sizes, with codes, prices and costs, in order of demand. */
import type { ProductFacts } from "../../../plugins/inventory/domain.ts";
import { type Random, weightedOrder } from "./random.ts";
import { food } from "./shelves/food.ts";
import { hardware } from "./shelves/hardware.ts";
import { home } from "./shelves/home.ts";
import { GENERAL, type Kind, type Shelf } from "./shelves/kind.ts";

/** pesos: nothing is priced in smaller steps */
const STEP = 50;
const CENTAVOS = 100;
/** what a brand calls its lines, and what they cost in percent */
const LINES = [
  ["", 100],
  ["Plus", 125],
  ["Económico", 82],
] as const;

interface Model {
  shelf: Shelf;
  kind: Kind;
  variant: string;
  brand: string;
  size: string;
  percent: number;
}

export interface Article extends ProductFacts {
  weighed: boolean;
}

/** The one that sells most first. A shop with more than there are kinds, brands and sizes for has further editions. */
export function articles(count: number, random: Random): Article[] {
  const models = [...food, ...home, ...hardware].flatMap(modelsOf);
  const ranked = weightedOrder(models, ({ shelf }) => shelf.appeal, random);
  const next = new Map<string, number>();
  return Array.from({ length: count }, (_, index) => {
    const model = ranked[index % ranked.length] as Model;
    const number = (next.get(model.shelf.code) ?? 0) + 1;
    next.set(model.shelf.code, number);
    return articleOf(model, Math.floor(index / ranked.length), number, index, random);
  });
}

function modelsOf(shelf: Shelf): Model[] {
  return shelf.kinds.flatMap((kind) => {
    const lines = kind.weighed ? LINES.slice(0, 1) : LINES;
    const brands = shelf.brands.flatMap((brand) =>
      lines.map(([line, percent]) => ({ brand: `${brand} ${line}`.trim(), percent })),
    );
    return kind.variants.flatMap((variant) =>
      brands.flatMap(({ brand, percent: ofLine }) =>
        kind.sizes.map(([size, ofSize]) => {
          const percent = Math.round((ofSize * ofLine) / 100);
          return { shelf, kind, variant, brand, size, percent };
        }),
      ),
    );
  });
}

function articleOf(model: Model, edition: number, number: number, index: number, random: Random): Article {
  const { shelf, kind, variant, brand, size, percent } = model;
  const pesos = Math.max(STEP, Math.round((kind.price * percent * random.int(80, 130)) / 10_000 / STEP) * STEP);
  const priceMinor = pesos * CENTAVOS;
  const weighed = kind.weighed === true;
  const { kind: taxKind, rateBp: taxRateBp } = kind.tax ?? GENERAL;
  return {
    sku: `${shelf.code}-${String(number).padStart(5, "0")}`,
    name: [kind.name, variant, brand, size, ...(edition > 0 ? [`ref. ${edition + 1}`] : [])].join(" "),
    kind: "goods",
    description: undefined,
    category: shelf.category,
    brand,
    unit: weighed ? "kg" : "un",
    priceMinor,
    taxRateBp,
    taxKind,
    costMinor: Math.round((priceMinor * random.int(62, 86)) / 100),
    reorderPointMilli: 0,
    active: true,
    // what comes loose has a code of the shop's own on the scale's keys, and none of a maker
    barcodes: weighed ? [] : barcodes(index, random),
    weighed,
  };
}

/** EAN-13; some have the code of an older pack beside it. */
function barcodes(index: number, random: Random): string[] {
  const codes = [ean13(`7709${String(index).padStart(8, "0")}`)];
  return random.percent(8) ? [...codes, ean13(`7708${String(index).padStart(8, "0")}`)] : codes;
}

function ean13(digits: string): string {
  const sum = [...digits].reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 1 : 3), 0);
  return digits + String((10 - (sum % 10)) % 10);
}
