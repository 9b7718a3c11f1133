/** Shapes of further units and of the parts of kits. */
import { z } from "zod";
import type { Input } from "../../kernel/input.ts";
import { barcodeLines, barcodeList, PRODUCT_LIMITS } from "./schema.ts";

const MOST_UNITS = 20;
const MOST_PARTS = 50;

const unitName = (input: Input) => input.text(PRODUCT_LIMITS.unit);
const nothing = z.literal("").transform(() => undefined);

export const unitsBody = (input: Input) =>
  z.strictObject({
    units: z
      .array(
        z.strictObject({
          name: unitName(input),
          factor: input.quantity(),
          price: z.union([z.null().transform(() => undefined), input.money()], "kernel.validation.money").optional(),
          barcodes: barcodeList.optional(),
        }),
      )
      .max(MOST_UNITS, "kernel.validation.too_many"),
  });

export const unitForm = (input: Input) =>
  z.strictObject({
    name: unitName(input),
    factor: input.quantity(),
    price: z.union([nothing, input.money()], "kernel.validation.money").optional(),
    barcodes: barcodeLines,
  });

export const unitParams = (input: Input) => z.strictObject({ id: input.id(), unit: input.id() });

export const partsBody = (input: Input) =>
  z.strictObject({
    parts: z
      .array(z.strictObject({ product_id: input.id(), quantity: input.quantity() }))
      .max(MOST_PARTS, "kernel.validation.too_many"),
  });

export const partForm = (input: Input) =>
  z.strictObject({ code: input.text(PRODUCT_LIMITS.sku), quantity: input.quantity() });

export const partParams = (input: Input) => z.strictObject({ id: input.id(), part: input.id() });
