/** Shapes of price lists. Prices are read in the list's own currency, which the schemas do not know: they come as typed. */
import { z } from "zod";
import { listQuery } from "../../kernel/http/cursor.ts";
import type { Input } from "../../kernel/input.ts";
import { isCurrency } from "../../kernel/settings/shop.ts";

const NAME = 60;
const MOST = 500;
const currency = z.string("kernel.validation.text").trim().refine(isCurrency, "kernel.validation.currency");
const typed = z.string("kernel.validation.money").max(40, "kernel.validation.too_long");
const storeIds = (input: Input) => z.array(input.id()).max(1000, "kernel.validation.too_many");
/** Boxes of one name: none is not sent, one comes alone. */
const boxes = (input: Input) =>
  z.preprocess((sent) => (sent === undefined ? [] : Array.isArray(sent) ? sent : [sent]), storeIds(input));

export const listParams = (input: Input) => z.strictObject({ id: input.id() });
export const newListForm = (input: Input) => z.strictObject({ name: input.text(NAME), currency });
export const newListBody = (input: Input) => z.strictObject({ name: input.text(NAME), currency: currency.optional() });
export const listForm = (input: Input) => z.strictObject({ name: input.text(NAME), store_ids: boxes(input) });
export const listPatch = (input: Input) =>
  z.strictObject({ name: input.text(NAME).optional(), store_ids: storeIds(input).optional() });
export const pricesQuery = z.strictObject({ ...listQuery, q: z.string().trim().max(100).optional() });
/** `p17`: the price of product 17; left empty: its own. And the search that found them. */
export const pricesForm = z
  .object({ q: z.string().max(100).optional() })
  .catchall(typed)
  .refine(
    (form) => Object.keys(form).every((key) => key === "q" || /^p[1-9]\d{0,14}$/.test(key)),
    "kernel.validation.format",
  );
export const pricesBody = (input: Input) =>
  z.strictObject({
    prices: z
      .array(z.strictObject({ product_id: input.id(), price: typed.nullable() }))
      .min(1, "kernel.validation.required")
      .max(MOST, "kernel.validation.too_many"),
  });

export const listJson = z.strictObject({
  id: z.int(),
  name: z.string(),
  currency: z.string(),
  store_ids: z.array(z.int()),
});
export const listsJson = z.strictObject({ data: z.array(listJson) });
export const pricesJson = z.strictObject({
  data: z.array(z.strictObject({ product_id: z.int(), sku: z.string(), name: z.string(), price: z.string() })),
  next_cursor: z.string().nullable(),
});
