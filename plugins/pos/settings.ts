/** What the owner decides about the till. */
import { z } from "zod";
import { flagSetting, setting } from "../../kernel/settings/settings.ts";
import { isScalePattern } from "./scale-codes.ts";

/** Nothing is sold before somebody opens a shift by hand; else the first sale of a register opens one without a float. */
export const explicitShift = flagSetting("pos.explicit_shift", false);

/** In whole units of the shop's own currency; cash is rounded to it. 0, and in stores with another: every amount can be paid. */
export const smallestCoin = setting<number>({
  key: "pos.smallest_coin",
  schema: z.coerce.number("kernel.validation.number").int("kernel.validation.number").min(0).max(100_000),
  fallback: 0,
  field: "number",
});

/** Patterns of the labels that the shop's scales print, parted by spaces; see scale-codes.ts. */
export const scaleCodes = setting<string>({
  key: "pos.scale_codes",
  schema: z
    .string()
    .trim()
    .max(300, "kernel.validation.too_long")
    .refine((typed) => typed.split(/\s+/).filter(Boolean).every(isScalePattern), "pos.validation.scale_codes"),
  fallback: "20IIIIIPPPPPC 21IIIIIWW.WWWC",
  field: "text",
});

/** Percent of the price that anybody who sells may take off; more needs the permission or an approval. */
export const discountLimit = setting<number>({
  key: "pos.discount_limit",
  schema: z.coerce.number("kernel.validation.number").int("kernel.validation.number").min(0).max(100),
  fallback: 5,
  field: "number",
});

/** Millimetres of paper where a register has no printer of its own. */
export const receiptWidth = setting<"58" | "80">({
  key: "pos.receipt_width",
  schema: z.enum(["58", "80"], "kernel.validation.choice"),
  fallback: "80",
  field: "choice",
  options: ["58", "80"],
});

/** A difference beyond this, in whole units of the shop's own currency, needs a reason at closing; in stores with another each does. */
export const differenceLimit = setting<number>({
  key: "pos.difference_limit",
  schema: z.coerce.number("kernel.validation.number").int("kernel.validation.number").min(0).max(1_000_000_000),
  fallback: 1000,
  field: "number",
});
