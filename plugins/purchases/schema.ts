/** What may be typed or sent about suppliers. Messages are locale keys. */
import { z } from "zod";
import { listQuery } from "../../kernel/http/cursor.ts";
import type { Input } from "../../kernel/input.ts";
import { readNit } from "../../kernel/nit.ts";

export const LIMITS = { name: 200, contact: 200, phone: 40, email: 200, address: 300, note: 500 };
const WORST_LEAD_TIME = 365;

export const nit = (input: Input) =>
  input.optionalText(30).transform((typed, context) => {
    if (typed === undefined) return undefined;
    const read = readNit(typed);
    if (read === undefined) context.issues.push({ code: "custom", input: typed, message: "purchases.validation.nit" });
    return read;
  });
export const email = (input: Input) =>
  input
    .optionalText(LIMITS.email)
    .refine((typed) => typed === undefined || z.email().safeParse(typed).success, "purchases.validation.email");
export const phone = (input: Input) =>
  input
    .optionalText(LIMITS.phone)
    .refine((typed) => typed === undefined || /^[+\d][\d\s().-]{4,}$/.test(typed), "purchases.validation.phone");
export const days = z.coerce
  .number("kernel.validation.number")
  .int("kernel.validation.integer")
  .min(0, "purchases.validation.lead_time")
  .max(WORST_LEAD_TIME, "purchases.validation.lead_time");

/** Nothing typed: any order is taken. */
const typedMinimum = (input: Input) =>
  z.union([z.literal("").transform(() => 0), input.money()], "kernel.validation.money").optional();

const facts = (input: Input) => ({
  name: input.text(LIMITS.name),
  nit: nit(input),
  contact: input.optionalText(LIMITS.contact),
  phone: phone(input),
  email: email(input),
  address: input.optionalText(LIMITS.address),
  note: input.optionalText(LIMITS.note),
  minimum: typedMinimum(input),
});

export const idParams = (input: Input) => z.strictObject({ id: input.id() });

const typedDays = z.union([z.literal("").transform(() => undefined), days]).optional();

export const newSupplierForm = (input: Input) => z.strictObject({ ...facts(input), lead_time_days: typedDays });
export const supplierForm = (input: Input) =>
  z.strictObject({
    ...facts(input),
    lead_time_days: days,
    active: input.flag(),
    version: z.coerce.number("kernel.validation.integer").int().positive(),
  });

/** In JSON null empties a field; a field that is not there stays as it is. */
const emptiable = <T extends z.ZodType>(schema: T) => z.union([z.null().transform(() => undefined), schema]).optional();

const sentFacts = (input: Input) => ({
  name: input.text(LIMITS.name),
  nit: emptiable(nit(input)),
  contact: emptiable(input.optionalText(LIMITS.contact)),
  phone: emptiable(phone(input)),
  email: emptiable(email(input)),
  address: emptiable(input.optionalText(LIMITS.address)),
  note: emptiable(input.optionalText(LIMITS.note)),
  lead_time_days: z
    .int("kernel.validation.integer")
    .min(0, "purchases.validation.lead_time")
    .max(WORST_LEAD_TIME, "purchases.validation.lead_time")
    .optional(),
  minimum: input.money().optional(),
  active: z.boolean("kernel.validation.choice").optional(),
});

export const newSupplierBody = (input: Input) => z.strictObject(sentFacts(input));
export const supplierPatch = (input: Input) => z.strictObject(sentFacts(input)).partial();

export const suppliersQuery = (input: Input) =>
  z.strictObject({
    ...listQuery,
    q: input.optionalText(100),
    active: z.enum(["true", "false", "all"], "kernel.validation.choice").optional(),
  });

const decimal = z.string().regex(/^\d+(\.\d+)?$/);

export const supplierAnswer = z.strictObject({
  id: z.int(),
  name: z.string(),
  nit: z.string().nullable(),
  contact: z.string().nullable(),
  phone: z.string().nullable(),
  email: z.string().nullable(),
  address: z.string().nullable(),
  note: z.string().nullable(),
  lead_time_days: z.int(),
  /** money of the shop; an order of less is not taken */
  minimum: decimal,
  active: z.boolean(),
});
export const suppliersAnswer = z.strictObject({ data: z.array(supplierAnswer), next_cursor: z.string().nullable() });

export const packParams = (input: Input) => z.strictObject({ id: input.id(), product: input.id() });
export const packForm = (input: Input) => z.strictObject({ code: input.text(64), pack: input.quantity() });
export const packBody = (input: Input) => z.strictObject({ pack: input.quantity() });
export const packsQuery = () => z.strictObject(listQuery);
export const packAnswer = z.strictObject({
  product_id: z.int(),
  sku: z.string(),
  name: z.string(),
  unit: z.string(),
  pack: decimal,
});
export const packsAnswer = z.strictObject({ data: z.array(packAnswer), next_cursor: z.string().nullable() });
