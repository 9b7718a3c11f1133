/** What may be typed or sent about customers. Messages are locale keys. */
import { z } from "zod";
import { listQuery } from "../../kernel/http/cursor.ts";
import type { Input } from "../../kernel/input.ts";
import { DOCUMENT_TYPES, type Document, readDocument } from "./documents.ts";

export const LIMITS = { name: 200, document: 30, phone: 40, email: 200, address: 300, note: 500 };

export const email = (input: Input) =>
  input
    .optionalText(LIMITS.email)
    .refine((typed) => typed === undefined || z.email().safeParse(typed).success, "customers.validation.email");
export const phone = (input: Input) =>
  input
    .optionalText(LIMITS.phone)
    .refine((typed) => typed === undefined || /^[+\d][\d\s().-]{4,}$/.test(typed), "customers.validation.phone");
const documentType = z.union(
  [z.literal("").transform(() => undefined), z.enum(DOCUMENT_TYPES)],
  "kernel.validation.choice",
);

interface Typed {
  document_type?: Document["type"] | undefined;
  document_number?: string | undefined;
}

type Issues = { addIssue(issue: { code: "custom"; path: string[]; message: string; input: unknown }): void };

/** Both or neither, and a number that can be one of that type. */
function documentOf({ document_type: type, document_number: number }: Typed, context: Issues): Document | undefined {
  if (number === undefined) return undefined;
  const refuse = (message: string): undefined => {
    context.addIssue({
      code: "custom",
      path: ["document_number"],
      message: `customers.validation.${message}`,
      input: number,
    });
    return undefined;
  };
  if (type === undefined) return refuse("document_type");
  const read = readDocument(type, number);
  return read.ok ? { type, number: read.number } : refuse(read.fault);
}

/** Whom a cashier adds at the till. */
export const newCustomerFields = (input: Input) => ({
  name: input.text(LIMITS.name),
  document_type: documentType.optional(),
  document_number: input.optionalText(LIMITS.document),
  phone: phone(input),
});

const fields = (input: Input) => ({
  ...newCustomerFields(input),
  email: email(input),
  address: input.optionalText(LIMITS.address),
  note: input.optionalText(LIMITS.note),
});

export const withDocument = <T extends Typed>(typed: T, context: Issues) => ({
  ...typed,
  document: documentOf(typed, context),
});

/** Nobody's: in a form an empty choice. */
const groupChoice = (input: Input) => z.union([z.literal("").transform(() => undefined), input.id()]);

const orZero = (schema: z.ZodType<number, string>) =>
  z.union([z.literal("").transform(() => 0), schema], "kernel.validation.money");

export const customerParams = (input: Input) => z.strictObject({ id: input.id() });
export const newCustomerForm = (input: Input) =>
  z
    .strictObject({
      ...fields(input),
      credit_limit: orZero(input.money()).optional(),
      group_id: groupChoice(input).optional(),
    })
    .transform(withDocument);
export const customerForm = (input: Input) =>
  z
    .strictObject({
      ...fields(input),
      credit_limit: orZero(input.money()).optional(),
      group_id: groupChoice(input).optional(),
      active: input.flag(),
      version: z.coerce.number("kernel.validation.integer").int().positive(),
    })
    .transform(withDocument);

/** In JSON null empties a field. */
const emptiable = <T extends z.ZodType>(schema: T) => z.union([z.null().transform(() => undefined), schema]).optional();

export const newCustomerBody = (input: Input) =>
  z
    .strictObject({
      name: input.text(LIMITS.name),
      document_type: emptiable(z.enum(DOCUMENT_TYPES, "kernel.validation.choice")),
      document_number: emptiable(input.optionalText(LIMITS.document)),
      phone: emptiable(phone(input)),
      email: emptiable(email(input)),
      address: emptiable(input.optionalText(LIMITS.address)),
      note: emptiable(input.optionalText(LIMITS.note)),
      credit_limit: input.money().optional(),
      group_id: emptiable(input.id()),
      active: z.boolean("kernel.validation.choice").optional(),
    })
    .transform(withDocument);

export const customerPatch = (input: Input) =>
  z
    .strictObject({
      name: input.text(LIMITS.name).optional(),
      document_type: emptiable(z.enum(DOCUMENT_TYPES, "kernel.validation.choice")),
      document_number: emptiable(input.optionalText(LIMITS.document)),
      phone: emptiable(phone(input)),
      email: emptiable(email(input)),
      address: emptiable(input.optionalText(LIMITS.address)),
      note: emptiable(input.optionalText(LIMITS.note)),
      credit_limit: input.money().optional(),
      group_id: emptiable(input.id()),
      active: z.boolean("kernel.validation.choice").optional(),
    })
    .transform(withDocument);

export const customersQuery = (input: Input) =>
  z.strictObject({
    ...listQuery,
    q: input.optionalText(100),
    owing: z.enum(["1", ""], "kernel.validation.choice").optional(),
  });
export const entriesQuery = z.strictObject(listQuery);

const decimal = z.string().regex(/^-?\d+(\.\d+)?$/);
export const customerAnswer = z.strictObject({
  id: z.int(),
  name: z.string(),
  document_type: z.enum(DOCUMENT_TYPES).nullable(),
  document_number: z.string().nullable(),
  phone: z.string().nullable(),
  email: z.string().nullable(),
  address: z.string().nullable(),
  note: z.string().nullable(),
  currency: z.string(),
  credit_limit: decimal,
  balance: decimal,
  points: z.int(),
  merged_into: z.int().nullable(),
  erased_at: z.string().nullable(),
  active: z.boolean(),
  group: z.strictObject({ id: z.int(), name: z.string() }).nullable(),
});
export const customersAnswer = z.strictObject({ data: z.array(customerAnswer), next_cursor: z.string().nullable() });
export const entriesAnswer = z.strictObject({
  data: z.array(
    z.strictObject({
      id: z.int(),
      kind: z.enum(["charge", "payment", "refund", "reversal", "merge"]),
      amount: decimal,
      balance: decimal,
      document: z.strictObject({ type: z.string(), id: z.int(), number: z.string() }),
      by: z.string(),
      created_at: z.string(),
    }),
  ),
  next_cursor: z.string().nullable(),
});
