/** Shapes of shifts: what comes in and the API's answers. */
import { z } from "zod";
import { listQuery } from "../../kernel/http/cursor.ts";
import { type Input, orNothing } from "../../kernel/input.ts";
import { TAX_KINDS } from "../inventory/api.ts";
import { paperWidth } from "./schema-receipts.ts";

export const shiftParams = (input: Input) => z.strictObject({ id: input.id() });
export const sheetQuery = z.strictObject({ width: paperWidth });
export const shiftsQuery = z.strictObject(listQuery);
export const openForm = (input: Input) => z.strictObject({ float: input.money() });
export const openBody = (input: Input) => z.strictObject({ register_id: input.id(), float: input.money() });
export const currentQuery = (input: Input) => z.strictObject({ register_id: input.id().optional() });

export const movementBody = (input: Input) =>
  z.strictObject({
    kind: z.enum(["in", "out"], "kernel.validation.choice"),
    amount: input.money({ min: 1 }),
    reason: input.text(200),
  });

const MOST_PIECES = 1_000_000;
const pieces = z.coerce
  .number("kernel.validation.number")
  .int("kernel.validation.number")
  .min(0, "kernel.validation.too_small")
  .max(MOST_PIECES, "kernel.validation.too_large");
/** One field for each denomination, `d5000000`, by its minor units; or the sum alone. */
export const closeForm = (input: Input) =>
  z
    .object({ total: orNothing(input.money()), reason: input.optionalText(300) })
    .catchall(orNothing(pieces))
    .transform(({ total, reason, ...counted }) => ({ total, reason, counted: denominations(counted) }))
    .refine(({ total, counted }) => total !== undefined || counted.length > 0, {
      path: ["total"],
      error: "pos.validation.count_nothing",
    })
    .refine(({ total, counted }) => total === undefined || counted.length === 0, {
      path: ["total"],
      error: "pos.validation.count_twice",
    });

function denominations(fields: Record<string, unknown>) {
  return Object.entries(fields).flatMap(([name, count]) => {
    const [, minor] = /^d(\d{1,12})$/.exec(name) ?? [];
    return minor === undefined || typeof count !== "number" ? [] : [{ denominationMinor: Number(minor), count }];
  });
}

export const closeBody = (input: Input) =>
  z
    .strictObject({
      counted: z
        .array(z.strictObject({ denomination: input.money({ min: 1 }), count: z.int().min(0).max(MOST_PIECES) }))
        .min(1)
        .max(50)
        .optional(),
      total: input.money().optional(),
      reason: input.text(300).optional(),
    })
    .refine(({ counted, total }) => (counted === undefined) !== (total === undefined), {
      path: ["total"],
      error: "pos.validation.count_one",
    });

const decimal = z.string().regex(/^-?\d+(\.\d+)?$/);
const by = z.strictObject({ id: z.int(), name: z.string() });

export const reportAnswer = z.strictObject({
  shift_id: z.int(),
  currency: z.string(),
  float: decimal,
  sales: z.int(),
  total: decimal,
  returns: z.strictObject({ count: z.int(), total: decimal }),
  voids: z.strictObject({ count: z.int(), total: decimal }),
  drawer_openings: z.int(),
  discount: decimal,
  rounding: decimal,
  taxes: z.array(
    z.strictObject({ tax_rate_bp: z.int(), tax_kind: z.enum(TAX_KINDS).nullable(), base: decimal, tax: decimal }),
  ),
  payments: z.array(z.strictObject({ method: z.string(), amount: decimal })),
  change: decimal,
  collected: z.array(z.strictObject({ kind: z.enum(["debt", "gift_card"]), method: z.string(), amount: decimal })),
  cash_in: decimal,
  cash_out: decimal,
  expected_cash: decimal,
  first_number: z.string().nullable(),
  last_number: z.string().nullable(),
});

export const shiftAnswer = z.strictObject({
  id: z.int(),
  register_id: z.int(),
  store_id: z.int(),
  status: z.enum(["open", "closed"]),
  currency: z.string(),
  float: decimal,
  opened_by: by,
  business_date: z.string(),
  opened_at: z.string(),
  z: z
    .strictObject({
      number: z.int(),
      expected: decimal,
      counted: decimal,
      difference: decimal,
      reason: z.string().nullable(),
      closed_by: z.string(),
      closed_at: z.string(),
      report: reportAnswer,
    })
    .nullable(),
});
export const movementAnswer = z.strictObject({
  id: z.int(),
  shift_id: z.int(),
  kind: z.enum(["in", "out"]),
  amount: decimal,
  reason: z.string(),
  by: z.string(),
  created_at: z.string(),
});
/** `copy`: null for the report itself */
export const printAnswer = z.strictObject({ print_job_id: z.int(), copy: z.int().nullable() });
