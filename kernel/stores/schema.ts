/** Shapes of stores: what comes in, and the API's answer. Nothing typed, or null: as the shop. */
import { z } from "zod";
import type { Input } from "../input.ts";
import { isCurrency, isTimeZone } from "../settings/shop.ts";
import type { NewStore, OwnFacts, Store } from "./store.ts";

const NAME = 60;
const LINE = 120;

const text = (max: number) => z.string("kernel.validation.text").trim().max(max, "kernel.validation.too_long");
const currency = text(3).refine(isCurrency, "kernel.validation.currency");
const timeZone = text(60).refine(isTimeZone, "kernel.validation.time_zone");
const hour = z
  .number("kernel.validation.number")
  .int("kernel.validation.integer")
  .min(0, "kernel.validation.too_small")
  .max(12, "kernel.validation.too_large");

const typed = <T>(schema: z.ZodType<T>) => z.preprocess((value) => (value === "" ? null : value), schema.nullable());
const typedHour = z.preprocess(
  (value) => (typeof value === "string" && value.trim() ? Number(value) : null),
  hour.nullable(),
);

export const storeParams = (input: Input) => z.strictObject({ id: input.id() });

/** An empty field is sent as nothing. */
export const storeForm = (input: Input) =>
  z.strictObject({
    name: input.text(NAME),
    training: input.flag(),
    time_zone: typed(timeZone),
    day_cutoff_hour: typedHour,
    currency: typed(currency),
    tax_id: typedLine(input),
    address: typedLine(input),
    phone: typedLine(input),
    receipt_header: typedLine(input),
    receipt_footer: typedLine(input),
  });

export const storeEditForm = (input: Input) => storeForm(input).extend({ active: input.flag() });

export const storePatch = (input: Input) =>
  z.strictObject({
    name: input.text(NAME).optional(),
    active: z.boolean("kernel.validation.choice").optional(),
    training: z.boolean("kernel.validation.choice").optional(),
    time_zone: timeZone.nullable().optional(),
    day_cutoff_hour: hour.nullable().optional(),
    currency: currency.nullable().optional(),
    tax_id: line(input),
    address: line(input),
    phone: line(input),
    receipt_header: line(input),
    receipt_footer: line(input),
  });

export const storeBody = (input: Input) => storePatch(input).extend({ name: input.text(NAME) });

function typedLine(input: Input) {
  return input.optionalText(LINE).transform((value) => value ?? null);
}

function line(input: Input) {
  return input.text(LINE).nullable().optional();
}

export const storeJson = z.strictObject({
  id: z.int(),
  name: z.string(),
  active: z.boolean(),
  training: z.boolean(),
  time_zone: z.string().nullable(),
  day_cutoff_hour: z.int().nullable(),
  currency: z.string().nullable(),
  tax_id: z.string().nullable(),
  address: z.string().nullable(),
  phone: z.string().nullable(),
  receipt_header: z.string().nullable(),
  receipt_footer: z.string().nullable(),
});
export const storeListJson = z.strictObject({ data: z.array(storeJson) });

type Sent = Partial<{
  [K in keyof z.output<typeof storeJson>]: z.output<typeof storeJson>[K] | undefined;
}>;

const NAMES = {
  name: "name",
  active: "active",
  training: "training",
  time_zone: "timeZone",
  day_cutoff_hour: "dayCutoffHour",
  currency: "currency",
  tax_id: "taxId",
  address: "address",
  phone: "phone",
  receipt_header: "receiptHeader",
  receipt_footer: "receiptFooter",
} as const satisfies Record<string, keyof NewStore>;

/** What was sent, in the names of the program; what was not is left out. */
export function fromSent(sent: Sent): Partial<NewStore> {
  const entries = Object.entries(NAMES).flatMap(([name, own]) => {
    const value = sent[name as keyof typeof NAMES];
    return value === undefined ? [] : [[own, value]];
  });
  return Object.fromEntries(entries);
}

export const AS_THE_SHOP: OwnFacts = {
  timeZone: null,
  dayCutoffHour: null,
  currency: null,
  taxId: null,
  address: null,
  phone: null,
  receiptHeader: null,
  receiptFooter: null,
};

export function toStoreJson(store: Store): z.output<typeof storeJson> {
  const said = Object.entries(NAMES).map(([name, own]) => [name, store[own]]);
  return { id: store.id, ...Object.fromEntries(said) };
}
