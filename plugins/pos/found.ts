/** What the till's box found, as its page shows it: each product with the ways in which it is sold, the one that was meant first. */
import type { Text } from "../../kernel/i18n.ts";
import { type SellableProduct, type SellableUnit, unitPrice } from "../inventory/api.ts";
import { sharedWhy } from "./shared-why.ts";

export interface FoundScreen {
  text: Text;
  results: (SellableProduct & { units: SellableUnit[] })[] | undefined;
  /** of results that do not simply have the words that were typed, by id */
  why: ReadonlyMap<number, string> | undefined;
  /** counts without seeing what the books say */
  blind: boolean;
}

export function foundModel({ text, results, why, blind }: FoundScreen, money: (minor: number) => string) {
  const shared = sharedWhy(results ?? [], why);
  return {
    why: shared,
    results: results?.map((one) => {
      const units = one.units.map((unit) => ({
        unit: {
          id: unit.id,
          name: `${unit.name} × ${text.quantity(unit.factorMilli)}`,
          price: one.priced ? money(unitPrice(one, unit)) : text.t("pos.stores.no_price"),
        },
      }));
      // the barcode of a case adds the case
      const meant = units.filter(({ unit }) => unit.id === one.unitId);
      return {
        id: one.id,
        name: one.name,
        sku: one.sku,
        description: one.description,
        price: shelfPrice(one, text, money),
        onHand: shelfText(one, text, blind),
        why: shared === undefined ? why?.get(one.id) : undefined,
        ways: [...meant, { unit: undefined }, ...units.filter((way) => !meant.includes(way))],
      };
    }),
  };
}

export function shelfPrice(product: SellableProduct, text: Text, money: (minor: number) => string): string {
  if (!product.priced) return text.t("pos.stores.no_price");
  const price = money(product.priceMinor);
  return product.taxKind === "added" ? `${price} + ${text.rate(product.taxRateBp)}` : price;
}

function shelfText({ unlimited, counting, onHandMilli, unit }: SellableProduct, text: Text, blind: boolean): string {
  if (unlimited) return text.t("pos.register.service");
  return blind && counting ? text.t("pos.register.counting") : `${text.quantity(onHandMilli)} ${unit}`;
}
