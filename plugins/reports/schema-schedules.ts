/** What reports by e-mail are asked with. */
import { z } from "zod";
import type { Locale } from "../../kernel/i18n.ts";
import { type Input, orNothing } from "../../kernel/input.ts";
import { RHYTHMS } from "./mailing/due.ts";
import { COMPARISONS } from "./period.ts";
import type { NewSchedule } from "./queries/schedules.ts";
import { LETTER_FORMATS } from "./schema.ts";

const MOST_RECIPIENTS = 50;

/** Nothing is null to a program. */
const orNull = <T extends z.ZodType>(schema: T) =>
  z.preprocess((typed) => (typed === null ? undefined : typed), orNothing(schema));

/** A whole number, also as digits in a form. */
const whole = (least: number, most: number) =>
  z
    .union([z.number(), z.string().regex(/^\d{1,4}$/, "kernel.validation.number")], "kernel.validation.number")
    .transform(Number)
    .pipe(
      z
        .number("kernel.validation.number")
        .int("kernel.validation.number")
        .min(least, "kernel.validation.number")
        .max(most, "kernel.validation.number"),
    );

const choice = <T extends string>(values: readonly [T, ...T[]]) => z.enum(values, "kernel.validation.choice");

const fields = (input: Input) => ({
  store_id: orNull(input.id()),
  compare: orNull(choice(COMPARISONS)),
  rhythm: choice(RHYTHMS),
  weekday: orNull(whole(1, 7)),
  month_day: orNull(whole(1, 28)),
  hour: whole(0, 23),
  format: choice(LETTER_FORMATS),
});
const recipients = (input: Input) => z.array(input.id()).max(MOST_RECIPIENTS, "kernel.validation.too_many");

export const scheduleBody = (input: Input) =>
  z.strictObject({ report: z.string().max(60), ...fields(input), recipients: recipients(input) });
/** Boxes of one name: none is not sent, one comes alone. */
export const scheduleForm = (input: Input) =>
  z.strictObject({
    ...fields(input),
    recipients: z.preprocess(
      (sent) => (sent === undefined ? [] : Array.isArray(sent) ? sent : [sent]),
      recipients(input),
    ),
  });

type Body = z.output<ReturnType<typeof scheduleForm>>;

/** A day that the rhythm does not ask for is left; one that it asks for and nobody said is the first. */
export function scheduleOf(body: Body, report: string, locale: Locale): NewSchedule {
  const { store_id, compare, rhythm, weekday, month_day, hour, format } = body;
  return {
    report,
    storeId: store_id,
    compare,
    rhythm,
    weekday: rhythm === "weekly" ? (weekday ?? 1) : undefined,
    monthDay: rhythm === "monthly" ? (month_day ?? 1) : undefined,
    hour,
    format,
    locale,
  };
}

const address = (input: Input) =>
  input
    .optionalText(200)
    .refine((typed) => typed === undefined || z.email().safeParse(typed).success, "reports.validation.email");
export const addressForm = (input: Input) => z.strictObject({ email: address(input) });
export const addressBody = (input: Input) =>
  z.strictObject({ email: z.preprocess((sent) => (sent === null ? "" : sent), address(input)) });

export const scheduleParams = (input: Input) => z.strictObject({ id: input.id() });
export const tokenParams = z.strictObject({ token: z.string().regex(/^[\w-]{32}$/) });
export const scheduleQuery = (input: Input) =>
  z.strictObject({
    store_id: orNull(input.id()),
    compare: orNull(z.enum(COMPARISONS)),
  });
