/**
 * The vocabulary of input shapes. A schema that reads amounts is a function of the Input, because `1.234,50` on a Spanish
 * page, `1,234.50` on an English one and `"1234.50"` in JSON are the same amount:
 *
 *     body: (input) => z.strictObject({ price: input.money(), quantity: input.quantity() })
 *
 * Amounts come out as integers: minor units, thousandths. Messages are locale keys; the kernel says them in the page's language.
 */
import { z } from "zod";
import { normalizeTyped, parseDecimal, QUANTITY_SCALE, type Separators, separatorsOf } from "./decimal.ts";
import { type Locale, regionOf } from "./i18n.ts";
import { currencyDigits } from "./money.ts";

/** No price, line or payment is larger: 10^13 minor units, so that sums of many stay exact. */
export const MONEY_LIMIT = 10_000_000_000_000;
/** No quantity is larger than 1,000,000.000. */
export const QUANTITY_LIMIT = 1_000_000_000;

export interface AmountOptions {
  /** smallest allowed, in minor units or thousandths; default 0 for money, 1 (that is 0.001) for quantities */
  min?: number;
  max?: number;
}

export interface Input {
  money(options?: AmountOptions): z.ZodType<number, string>;
  quantity(options?: AmountOptions): z.ZodType<number, string>;
  /** A text field: trimmed, without control characters, 1 to `max` characters. */
  text(max: number): z.ZodType<string, string>;
  /** As text, but may be empty: then undefined. */
  optionalText(max: number): z.ZodType<string | undefined, string | undefined>;
  /** An id of a row: a positive integer, also as digits in a form or path. */
  id(): z.ZodType<number, number | string>;
  /** A checkbox of a form or a JSON boolean. */
  flag(): z.ZodType<boolean, unknown>;
}

export type InputSchema<T = unknown> = z.ZodType<T> | ((input: Input) => z.ZodType<T>);

type Reader = (typed: string, strictGroups: boolean) => string | undefined;

/** Amounts as a person writes them in a form of this language. */
export function formInput(locale: Locale, currency: string): Input {
  const separators: Separators = separatorsOf(regionOf(locale));
  return createInput((typed, strictGroups) => normalizeTyped(typed, separators, strictGroups), currency);
}

/** Amounts as programs write them: decimal strings with a point. */
export function jsonInput(currency: string): Input {
  return createInput((typed) => typed, currency);
}

/** How an id is written. Without zeros in front: what is checked of an id and what is done with it must read it alike. */
const ID = /^[1-9]\d{0,14}$/;

/** What the schema `id` would read; undefined: no id. */
export function readId(value: unknown): number | undefined {
  const isId = (typeof value === "number" || typeof value === "string") && ID.test(String(value));
  return isId ? Number(value) : undefined;
}

function createInput(read: Reader, currency: string): Input {
  const digits = currencyDigits(currency);
  return {
    money: ({ min = 0, max = MONEY_LIMIT } = {}) => amount(read, digits, min, max, "money"),
    quantity: ({ min = 1, max = QUANTITY_LIMIT } = {}) => amount(read, QUANTITY_SCALE, min, max, "quantity"),
    text: (max) => text(max).pipe(z.string().min(1, "kernel.validation.required")),
    optionalText: (max) =>
      text(max)
        .optional()
        .transform((value) => value || undefined),
    id: () =>
      z
        .union([z.number(), z.string().regex(ID, "kernel.validation.id")])
        .transform(Number)
        .pipe(z.number("kernel.validation.id").int("kernel.validation.id").positive("kernel.validation.id")),
    flag: () =>
      z
        .union([z.boolean(), z.enum(["on", "true", "1", "false", "0", ""])])
        .optional()
        .transform(isOn),
  };
}

function isOn(value: unknown): boolean {
  return value === true || value === "on" || value === "true" || value === "1";
}

/** Line breaks and tabs are text; other control characters, NUL above all, are not (PostgreSQL refuses NUL). */
function text(max: number) {
  return (
    z
      .string("kernel.validation.text")
      .trim()
      .max(max, "kernel.validation.too_long")
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
      .regex(/^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffd]*$/, "kernel.validation.characters")
  );
}

function amount(read: Reader, scale: number, min: number, max: number, kind: "money" | "quantity") {
  return z.string(`kernel.validation.${kind}`).transform((typed, context) => {
    const refuse = (code: string) => {
      context.issues.push({ code: "custom", input: typed, message: `kernel.validation.${code}` });
      return z.NEVER;
    };
    if (typed.trim() === "") return refuse("required");
    const plain = read(typed.trim(), kind === "quantity");
    if (plain === undefined) return refuse(kind);
    const value = parseDecimal(plain, scale);
    if (value === undefined) return refuse(parseDecimal(plain, 9) === undefined ? kind : `${kind}_digits`);
    if (value < min) return refuse(min === 0 ? `${kind}_negative` : `${kind}_small`);
    if (value > max) return refuse(`${kind}_large`);
    return value;
  });
}

/** What a form sends empty, and an address without a value, is not given. */
export const orNothing = <T extends z.ZodType>(schema: T) =>
  z.preprocess((typed) => (typeof typed === "string" && typed.trim() === "" ? undefined : typed), schema.optional());

/** The same of an id. */
export const idOrNothing = (input: Input) => orNothing(input.id());
