/** Prices as they were typed or sent, read in the currency of their list. */
import { type FieldFault, kernelErrors } from "../../../kernel/errors.ts";
import type { Input } from "../../../kernel/input.ts";
import type { WantedPrice } from "../price-lists.ts";

/** Null or nothing typed: no price of the list. Throws faults of the fields. */
export function readPrices(
  sent: readonly { productId: number; field: string; typed: string | null }[],
  input: Input,
): WantedPrice[] {
  const money = input.money();
  const fields: FieldFault[] = [];
  const wanted = sent.map(({ productId, field, typed }) => {
    if (typed === null || typed.trim() === "") return { productId, priceMinor: undefined };
    const read = money.safeParse(typed);
    if (read.success) return { productId, priceMinor: read.data };
    fields.push({ path: field, code: "MONEY", text: read.error.issues[0]?.message ?? "kernel.validation.money" });
    return { productId, priceMinor: undefined };
  });
  if (fields.length > 0) throw kernelErrors.VALIDATION({ fields });
  return wanted;
}
