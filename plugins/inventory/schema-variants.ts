/** Shapes of attributes and variants. */
import { z } from "zod";
import type { Input } from "../../kernel/input.ts";
import { readAttributes } from "./matrix.ts";
import { barcodeList, barcodeText, skuText } from "./schema.ts";

const MOST_ATTRIBUTES = 3;
const MOST_VALUES = 50;
const MOST_ROWS = 200;

const word = (input: Input) => input.text(40);
const attribute = (input: Input) =>
  z.strictObject({
    name: word(input),
    values: z.array(word(input)).min(1).max(MOST_VALUES, "kernel.validation.too_many"),
  });

export const attributesBody = (input: Input) =>
  z.strictObject({ attributes: z.array(attribute(input)).max(MOST_ATTRIBUTES, "kernel.validation.too_many") });

/** One attribute a line. */
export const attributesForm = (input: Input) =>
  z.strictObject({
    attributes: input.optionalText(2000).transform((typed, context) => {
      const read = readAttributes(typed ?? "");
      const checked = read && attributesBody(input).safeParse({ attributes: read });
      if (checked?.success) return checked.data.attributes;
      context.addIssue({ code: "custom", message: "inventory.validation.attributes" });
      return z.NEVER;
    }),
  });

export const variantsBody = (input: Input) =>
  z.strictObject({
    variants: z
      .array(
        z.strictObject({
          values: z.record(word(input), word(input)),
          sku: skuText(input).optional(),
          barcodes: barcodeList.optional(),
          price: input.money().optional(),
        }),
      )
      .min(1)
      .max(MOST_ROWS, "kernel.validation.too_many")
      .optional(),
  });

export interface MatrixRow {
  /** place of the combination among all */
  index: number;
  sku: string;
  barcodes: string[];
  priceMinor: number;
}

const FIELD = /^(make|sku|barcode|price)_(\d{1,3})$/;

/** `make_3`, `sku_3`, `barcode_3` and `price_3` of each combination; what is not ticked is not looked at. */
export const matrixForm = (input: Input) =>
  z
    .object({
      version: z
        .string("kernel.validation.required")
        .regex(/^\d{1,9}$/, "kernel.validation.integer")
        .transform(Number),
    })
    .catchall(z.string().max(100, "kernel.validation.too_long"))
    .refine(
      (form) => Object.keys(form).every((key) => key === "version" || FIELD.test(key)),
      "kernel.validation.format",
    )
    .transform((form, context) => {
      const typed = form as Record<string, string | number>;
      const read = <T>(field: string, schema: z.ZodType<T>, otherwise: T): T => {
        const result = schema.safeParse(String(typed[field] ?? ""));
        if (result.success) return result.data;
        const message = result.error.issues[0]?.message ?? "kernel.validation.format";
        context.addIssue({ code: "custom", path: [field], message });
        return otherwise;
      };
      const ticked = Object.keys(typed).flatMap((key) => (key.startsWith("make_") ? [Number(key.slice(5))] : []));
      const codes = z.union([z.literal("").transform(() => []), barcodeText.transform((code) => [code])]);
      const rows = ticked.map(
        (index): MatrixRow => ({
          index,
          sku: read(`sku_${index}`, skuText(input), ""),
          barcodes: read<string[]>(`barcode_${index}`, codes, []),
          priceMinor: read(`price_${index}`, input.money(), 0),
        }),
      );
      return { version: form.version, rows };
    });
