/** Shapes of promotions: as a form sends them, as programs do, and as both become facts. */
import { z } from "zod";
import { listQuery } from "../../kernel/http/cursor.ts";
import { type Input, orNothing } from "../../kernel/input.ts";
import type { PromotionFacts } from "./promotions/promotion.ts";

const NAME = 60;
const MOST = 1000;
/** each is looked up */
const MOST_CODES = 300;
const KINDS = ["percent", "quantity", "n_for_m"] as const;
const MOST_TAKEN = 1000;

const date = z.iso.date("kernel.validation.date").refine((one) => one >= "1900-01-01", "kernel.validation.date");
const time = z
  .string("pos.validation.time")
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, "pos.validation.time")
  .transform((typed) => Number(typed.slice(0, 2)) * 60 + Number(typed.slice(3)));
const integer = (least: number, most: number) =>
  z
    .union([
      z.number(),
      z
        .string()
        .regex(/^\d{1,9}$/, "kernel.validation.integer")
        .transform(Number),
    ])
    .pipe(
      z
        .number("kernel.validation.integer")
        .int("kernel.validation.integer")
        .min(least, "pos.validation.pieces")
        .max(most, "pos.validation.pieces"),
    );
const ids = (input: Input) => z.array(input.id()).max(MOST, "kernel.validation.too_many");
const weekdays = z.array(integer(1, 7)).max(7, "kernel.validation.too_many");
/** Boxes of one name: none is not sent, one comes alone. */
const boxes = <T extends z.ZodType>(schema: T) =>
  z.preprocess((sent) => (sent === undefined ? [] : Array.isArray(sent) ? sent : [sent]), schema);

interface Typed {
  name: string;
  kind: (typeof KINDS)[number];
  bp?: number | undefined;
  from_quantity?: number | undefined;
  take?: number | undefined;
  pay?: number | undefined;
  category_ids: number[];
  store_ids: number[];
  group_ids: number[];
  weekdays: number[];
  starts_on: string;
  ends_on?: string | undefined;
  from_time?: number | undefined;
  to_time?: number | undefined;
}

type Context = { addIssue(issue: { code: "custom"; path: string[]; message: string; input: unknown }): void };

/** What belongs together is there, and what does not belong to the kind is not looked at. */
function read(typed: Typed, percentField: string, context: Context): Omit<PromotionFacts, "productIds"> {
  const refuse = (field: string, message: string) =>
    context.addIssue({ code: "custom", path: [field], message, input: undefined });
  const required = "kernel.validation.required";
  const { kind, bp = 0, from_quantity: fromMilli = 0, take = 0, pay = 0 } = typed;
  if (kind !== "n_for_m" && bp === 0) refuse(percentField, required);
  if (kind === "quantity" && fromMilli === 0) refuse("from_quantity", required);
  if (kind === "n_for_m") {
    if (take === 0) refuse("take", required);
    if (pay === 0) refuse("pay", required);
    else if (pay >= take) refuse("pay", "pos.validation.pay_less");
  }
  if (typed.ends_on !== undefined && typed.ends_on < typed.starts_on) refuse("ends_on", "pos.validation.ends_before");
  const { from_time: from, to_time: to } = typed;
  if ((from === undefined) !== (to === undefined)) refuse(from === undefined ? "from_time" : "to_time", required);
  if (from !== undefined && from === to) refuse("to_time", "pos.validation.same_time");
  return {
    name: typed.name,
    offer: kind === "n_for_m" ? { kind, take, pay } : kind === "quantity" ? { kind, bp, fromMilli } : { kind, bp },
    categoryIds: distinct(typed.category_ids),
    storeIds: distinct(typed.store_ids),
    groupIds: distinct(typed.group_ids),
    weekdays: distinct(typed.weekdays).sort((a, b) => a - b),
    startsOn: typed.starts_on,
    endsOn: typed.ends_on,
    hours: from === undefined || to === undefined ? undefined : { from, to },
  };
}

const distinct = (list: readonly number[]) => [...new Set(list)];

export const promotionParams = (input: Input) => z.strictObject({ id: input.id() });
export const promotionsQuery = z.strictObject({
  ...listQuery,
  ended: z.enum(["1", ""], "kernel.validation.choice").optional(),
});

/** `products`: their codes as typed, one a line. */
export const promotionForm = (input: Input) =>
  z
    .strictObject({
      name: input.text(NAME),
      kind: z.enum(KINDS, "kernel.validation.choice"),
      percent: orNothing(
        input
          .quantity({ min: 10, max: 100_000 })
          .refine((milli) => milli % 10 === 0, "pos.validation.percent")
          .transform((milli) => milli / 10),
      ),
      from_quantity: orNothing(input.quantity()),
      take: orNothing(integer(2, MOST_TAKEN)),
      pay: orNothing(integer(1, MOST_TAKEN)),
      products: input.optionalText(20_000),
      category_ids: boxes(ids(input)),
      store_ids: boxes(ids(input)),
      group_ids: boxes(ids(input)),
      weekdays: boxes(weekdays),
      starts_on: date,
      ends_on: orNothing(date),
      from_time: orNothing(time),
      to_time: orNothing(time),
      version: integer(1, 999_999_999).optional(),
    })
    .transform(({ products, version, percent, ...typed }, context) => {
      const codes = [...new Set((products ?? "").split(/[\s,;]+/).filter(Boolean))];
      if (codes.length > MOST_CODES)
        context.addIssue({
          code: "custom",
          path: ["products"],
          message: "kernel.validation.too_many",
          input: undefined,
        });
      return { facts: read({ ...typed, bp: percent }, "percent", context as Context), codes, version };
    });

const given = <T extends z.ZodType>(schema: T) => z.union([z.null().transform(() => undefined), schema]).optional();

export const promotionBody = (input: Input) =>
  z
    .strictObject({
      name: input.text(NAME),
      kind: z.enum(KINDS, "kernel.validation.choice"),
      percent_bp: given(integer(1, 10_000)),
      from_quantity: given(input.quantity()),
      take: given(integer(2, MOST_TAKEN)),
      pay: given(integer(1, MOST_TAKEN)),
      product_ids: ids(input).default([]),
      category_ids: ids(input).default([]),
      store_ids: ids(input).default([]),
      group_ids: ids(input).default([]),
      weekdays: weekdays.default([]),
      starts_on: date,
      ends_on: given(date),
      from_time: given(time),
      to_time: given(time),
    })
    .transform(
      ({ product_ids, percent_bp, ...typed }, context): PromotionFacts => ({
        ...read({ ...typed, bp: percent_bp }, "percent_bp", context as Context),
        productIds: distinct(product_ids),
      }),
    );

const clock = z.string().regex(/^\d\d:\d\d$/);
export const promotionAnswer = z.strictObject({
  id: z.int(),
  name: z.string(),
  kind: z.enum(KINDS),
  percent_bp: z.int().nullable(),
  from_quantity: z.string().nullable(),
  take: z.int().nullable(),
  pay: z.int().nullable(),
  product_ids: z.array(z.int()),
  category_ids: z.array(z.int()),
  store_ids: z.array(z.int()),
  group_ids: z.array(z.int()),
  weekdays: z.array(z.int()),
  starts_on: z.string(),
  ends_on: z.string().nullable(),
  from_time: clock.nullable(),
  to_time: clock.nullable(),
  ended_at: z.string().nullable(),
});
export const promotionsAnswer = z.strictObject({ data: z.array(promotionAnswer), next_cursor: z.string().nullable() });
/** What a promotion took from a line or a sale; below zero in what takes a sale back. */
export const takenAnswer = z.strictObject({ id: z.int(), name: z.string(), amount: z.string() });
