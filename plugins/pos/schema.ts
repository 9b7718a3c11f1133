/** Shapes of what comes in and of the API's answers. */
import { z } from "zod";
import { listQuery } from "../../kernel/http/cursor.ts";
import { type Input, MONEY_LIMIT, orNothing } from "../../kernel/input.ts";
import { SALE_STATUSES } from "./domain.ts";
import { takenAnswer } from "./schema-promotions.ts";

export const cartParams = z.strictObject({ cart: z.uuid() });
export const lineParams = z.strictObject({ cart: z.uuid(), line: z.coerce.number().int().positive() });
export const saleParams = (input: Input) => z.strictObject({ id: input.id() });

export const registerQuery = z.object({
  q: z.string().trim().max(100).optional(),
  all: z.literal("1").optional(),
  weigh: z.coerce.number().int().positive().optional(),
});
export const scanBody = (input: Input) => z.strictObject({ code: input.text(100) });
export const addBody = (input: Input) =>
  z.strictObject({
    product_id: input.id(),
    unit_id: orNothing(input.id()),
    quantity: input.quantity().optional(),
    /** what was searched for, when it was among the results */
    q: z.string().max(200).optional().catch(undefined),
  });
/** The button that was pressed is `do`; Enter in the box sets. Removing does not look at the quantity. */
export const lineBody = (input: Input) =>
  z.preprocess(
    (form) => ({ do: "set", ...(form as object) }),
    z.discriminatedUnion("do", [
      z.strictObject({ do: z.literal("remove"), quantity: z.unknown().transform(() => 0) }),
      z.strictObject({ do: z.literal("set"), quantity: input.quantity() }),
    ]),
  );
export const priceBody = (input: Input) => z.strictObject({ price: input.money(), reason: input.text(200) });
/** Ten thousandths are a percent's smallest part: 12,5 and 33,33, not 33,333. */
const percent = (input: Input) =>
  input
    .quantity({ min: 10, max: 100_000 })
    .refine((milli) => milli % 10 === 0, "pos.validation.percent")
    .transform((milli) => milli / 10);

/** One of the two, or neither to take the discount away. */
export const discountBody = (input: Input) =>
  z
    .strictObject({
      percent: orNothing(percent(input)),
      amount: orNothing(input.money({ min: 1 })),
      reason: input.optionalText(200),
    })
    .refine(({ percent, amount }) => percent === undefined || amount === undefined, {
      path: ["amount"],
      error: "pos.validation.one_discount",
    })
    .refine(({ percent, amount, reason }) => (percent ?? amount) === undefined || reason !== undefined, {
      path: ["reason"],
      error: "kernel.validation.required",
    });

export const payBody = (input: Input) =>
  z.strictObject({
    total: z.coerce.number().int().nonnegative(),
    amount: z.preprocess(
      (typed) => (typeof typed === "string" && typed.trim() === "" ? undefined : typed),
      input.money().optional(),
    ),
    // the button of a note that covers the total, in minor units; it wins over what is typed
    note: z.coerce.number().int().positive().max(MONEY_LIMIT).optional(),
  });

/** PostgreSQL knows no year 0. */
export const day = z.iso
  .date("kernel.validation.date")
  .refine((date) => date >= "1900-01-01", "kernel.validation.date");
export const salesQuery = (input: Input) =>
  z.strictObject({
    ...listQuery,
    from: orNothing(day),
    to: orNothing(day),
    cashier: orNothing(z.string().max(100)),
    customer_id: orNothing(input.id()),
    store_id: orNothing(input.id()),
  });

export const saleBody = (input: Input) =>
  z.strictObject({
    items: z
      .array(
        z
          .strictObject({
            product_id: input.id().optional(),
            code: input.text(100).optional(),
            unit: input.text(20).optional(),
            quantity: input.quantity(),
            unit_price: input.money().optional(),
            price_reason: input.text(200).optional(),
            discount: input.money().optional(),
            discount_reason: input.text(200).optional(),
            note: input.text(200).optional(),
          })
          .refine(
            (item) => (item.product_id === undefined) !== (item.code === undefined),
            "pos.validation.product_or_code",
          ),
      )
      .min(1)
      .max(500, "pos.validation.too_many_items"),
    payments: z
      .array(
        z.strictObject({
          method: input.text(40),
          amount: input.money(),
          reference: input.optionalText(100),
          intent_id: z.uuid("kernel.validation.id").optional(),
        }),
      )
      .min(1)
      .max(20),
    customer_id: input.id().optional(),
    register_id: input.id().optional(),
    note: input.text(200).optional(),
    expected_total: input.money().optional(),
    discount: input.money().optional(),
    discount_reason: input.text(200).optional(),
  });

const decimal = z.string().regex(/^-?\d+(\.\d+)?$/);

const saleHeadShape = {
  id: z.int(),
  number: z.string(),
  status: z.enum(SALE_STATUSES),
  kind: z.enum(["sale", "return", "void"]),
  returns_sale_id: z.int().nullable(),
  reason: z.string().nullable(),
  note: z.string().nullable(),
  store_id: z.int(),
  register_id: z.int(),
  shift_id: z.int().nullable(),
  cashier: z.strictObject({ id: z.int(), name: z.string() }),
  customer_id: z.int().nullable(),
  currency: z.string(),
  subtotal: decimal,
  discount: decimal,
  tax: decimal,
  rounding: decimal,
  total: decimal,
  paid: decimal,
  change: decimal,
  business_date: z.string(),
  created_at: z.string(),
};

export const saleHeadAnswer = z.strictObject(saleHeadShape);
export const saleAnswer = z.strictObject({
  ...saleHeadShape,
  lines: z.array(
    z.strictObject({
      line: z.int(),
      product_id: z.int(),
      sku: z.string(),
      name: z.string(),
      unit: z.string(),
      factor: decimal,
      quantity: decimal,
      unit_price: decimal,
      list_price: decimal.nullable(),
      discount: decimal,
      promotion: takenAnswer.nullable(),
      tax_rate_bp: z.int(),
      tax: decimal,
      total: decimal,
      tax_kind: z.enum(["included", "added", "exempt", "excluded"]),
      note: z.string().nullable(),
      returns_line: z.int().nullable(),
      condition: z.enum(["restock", "damaged"]).nullable(),
    }),
  ),
  promotions: z.array(takenAnswer),
  payments: z.array(z.strictObject({ method: z.string(), amount: decimal, reference: z.string().nullable() })),
});
export const salesAnswer = z.strictObject({ data: z.array(saleHeadAnswer), next_cursor: z.string().nullable() });
