/** Shapes of collections, gift cards and store credit. */
import { z } from "zod";
import { listQuery } from "../../kernel/http/cursor.ts";
import { type Input, orNothing } from "../../kernel/input.ts";
import { day } from "./schema.ts";
import { plainCode } from "./vouchers.ts";

const voucherCode = z
  .string("kernel.validation.text")
  .transform(plainCode)
  .pipe(z.string().regex(/^[0-9A-Z]{8,32}$/, "pos.validation.voucher_code"));

const handed = (input: Input) => ({
  amount: input.money({ min: 1 }),
  method: input.text(40),
  reference: input.optionalText(100),
});

export const idParams = (input: Input) => z.strictObject({ id: input.id() });
export const debtForm = (input: Input) => z.strictObject(handed(input));
export const debtBody = (input: Input) => z.strictObject({ ...handed(input), register_id: input.id().optional() });
export const giftCardForm = (input: Input) =>
  z.strictObject({ ...handed(input), code: orNothing(voucherCode), expires_on: orNothing(day) });
export const giftCardBody = (input: Input) =>
  z.strictObject({
    ...handed(input),
    code: voucherCode.optional(),
    expires_on: day.optional(),
    register_id: input.id().optional(),
  });
export const reverseForm = (input: Input) => z.strictObject({ reason: input.text(200) });
export const reverseBody = (input: Input) =>
  z.strictObject({ reason: input.text(200), register_id: input.id().optional() });
export const lookupBody = z.strictObject({ code: voucherCode });
export const blockBody = (input: Input) =>
  z.strictObject({ blocked: z.enum(["true", "false"]), reason: input.text(200) });
export const blockJson = (input: Input) => z.strictObject({ blocked: z.boolean(), reason: input.text(200) });
export const vouchersQuery = z.strictObject(listQuery);

const decimal = z.string().regex(/^-?\d+(\.\d+)?$/);
export const collectionAnswer = z.strictObject({
  id: z.int(),
  number: z.string(),
  kind: z.enum(["debt", "gift_card"]),
  store_id: z.int(),
  register_id: z.int(),
  shift_id: z.int(),
  customer_id: z.int().nullable(),
  voucher_id: z.int().nullable(),
  currency: z.string(),
  method: z.string(),
  amount: decimal,
  reference: z.string().nullable(),
  business_date: z.string(),
  by: z.string(),
  created_at: z.string(),
  reverses_id: z.int().nullable(),
  reversed_by_id: z.int().nullable(),
  reason: z.string().nullable(),
});
export const voucherAnswer = z.strictObject({
  id: z.int(),
  kind: z.enum(["gift_card", "store_credit"]),
  code: z.string(),
  currency: z.string(),
  balance: decimal,
  expires_on: z.string().nullable(),
  blocked: z.boolean(),
  customer_id: z.int().nullable(),
  created_at: z.string(),
});
export const voucherWithEntries = z.strictObject({
  ...voucherAnswer.shape,
  entries: z.array(
    z.strictObject({
      id: z.int(),
      kind: z.enum(["issue", "spend", "refund", "reversal"]),
      amount: decimal,
      balance: decimal,
      sale_id: z.int().nullable(),
      collection_id: z.int().nullable(),
      by: z.string(),
      created_at: z.string(),
    }),
  ),
});
export const giftCardAnswer = z.strictObject({ collection: collectionAnswer, gift_card: voucherAnswer });
export const vouchersAnswer = z.strictObject({ data: z.array(voucherAnswer), next_cursor: z.string().nullable() });
