/** What lists of products that are there have in common: a column of codes, and one of figures. */
import type { z } from "zod";
import type { Tx } from "../../../kernel/db/database.ts";
import type { AppError } from "../../../kernel/errors.ts";
import type { Input } from "../../../kernel/input.ts";
import { aliasesOf, matchBy } from "../../../kernel/lists/columns.ts";
import type { List, MatchedColumns } from "../../../kernel/lists/list.ts";
import type { Product } from "../domain.ts";
import { errors } from "../errors.ts";
import * as bulk from "../queries/bulk.ts";
import { ownersOf } from "../queries/codes.ts";
import { skuText } from "../schema.ts";
import { ALIASES, HEADERS } from "./columns.ts";

type Figure = "price" | "stock";

/** An SKU or a barcode. */
export const codeText = (input: Input): z.ZodType<string, string> => skuText(input);

export function codeHeaders(figure: Figure): List<unknown>["headers"] {
  return {
    es: { code: HEADERS.es.sku, [figure]: HEADERS.es[figure] },
    en: { code: HEADERS.en.sku, [figure]: HEADERS.en[figure] },
  };
}

/** The SKU is the code; where there is none, the barcode is. */
export function codeColumns(figure: Figure): (header: readonly string[]) => MatchedColumns {
  const byAlias = aliasesOf({ sku: ALIASES.sku, barcodes: ALIASES.barcodes, [figure]: ALIASES[figure] });
  return (header) =>
    matchBy(byAlias, header, (alias, found) => {
      if (alias === "sku") return "code";
      if (alias === "barcodes") return found.includes("sku") ? undefined : "code";
      return alias;
    });
}

export function missingCode(
  columns: readonly (string | null)[],
  figure: Figure,
  expected: string,
): AppError | undefined {
  if (!columns.includes("code")) return errors.IMPORT_NO_SKU({ params: { expected } });
  return columns.includes(figure) ? undefined : errors.IMPORT_NO_FIGURE({ params: { expected } });
}

/** Products by SKU or barcode, as they were asked for. `locks`: nobody changes them until the transaction ends. */
export async function productsByCode(tx: Tx, codes: readonly string[], locks: boolean): Promise<Map<string, Product>> {
  // the code of a case is no code of the bottle
  const owners = (await ownersOf(tx, codes)).filter(({ ofUnit }) => !ofUnit);
  const skus = [...new Set(owners.map(({ sku }) => sku))];
  if (locks) await bulk.lockProducts(tx, skus);
  const bySku = await bulk.productsBySku(tx, skus);
  return new Map(
    owners.flatMap(({ code, sku }): [string, Product][] => {
      const product = bySku.get(sku);
      return product ? [[code, product]] : [];
    }),
  );
}
