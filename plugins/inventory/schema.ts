/** What may be typed or sent about products and stock. Messages are locale keys. */
import { z } from "zod";
import { listQuery } from "../../kernel/http/cursor.ts";
import { type Input, idOrNothing, QUANTITY_LIMIT } from "../../kernel/input.ts";
import { TAX_KINDS } from "./api.ts";
import { ADJUSTMENT_REASONS } from "./domain.ts";

export const PRODUCT_LIMITS = {
  sku: 64,
  name: 200,
  description: 2000,
  category: 80,
  brand: 80,
  unit: 20,
  barcodes: 20,
  note: 200,
};

/** 7,70123E+12: what a spreadsheet leaves of a long number; the digits are gone. */
const MANGLED = /^\d+(?:[.,]\d+)?e\+?\d+$/i;
const notMangled = (code: string) => !MANGLED.test(code);

export const skuText = (input: Input) =>
  input.text(PRODUCT_LIMITS.sku).refine(notMangled, "inventory.validation.mangled");

/** Printable signs without spaces; not those that part the codes of a list. */
export const barcodeText = z
  .string("kernel.validation.text")
  .trim()
  .refine(notMangled, "inventory.validation.mangled")
  .regex(/^[!-+\--:<-{}~]{1,64}$/, "inventory.validation.barcode");

export const TOO_MANY = "inventory.validation.too_many_barcodes";
export const barcodeList = z.array(barcodeText, "kernel.validation.text").max(PRODUCT_LIMITS.barcodes, TOO_MANY);

/** One a line, or parted by spaces or commas. */
export const barcodeLines = z
  .string("kernel.validation.text")
  .optional()
  .transform((typed) => (typed ?? "").split(/[\s|,;]+/).filter((code) => code !== ""))
  .pipe(barcodeList);

const rateBp = z
  .number("kernel.validation.number")
  .int("kernel.validation.integer")
  .min(0, "inventory.validation.tax_rate")
  .max(10_000, "inventory.validation.tax_rate");

const taxKind = z.enum(TAX_KINDS, "kernel.validation.choice");

/** What a person may say a product is; kits and parents become that by what they are made of. */
export const PLAIN_KINDS = ["goods", "weighed", "service"] as const;
const plainKind = z.enum(PLAIN_KINDS, "kernel.validation.choice");

/** In JSON null and "" empty a field; a field that is not there stays as it is. */
const emptiable = (schema: z.ZodType<string | undefined, string | undefined>) =>
  z.union([z.null().transform(() => undefined), schema], "kernel.validation.text").optional();
const orZero = (schema: z.ZodType<number, string>) =>
  z.union([z.literal("").transform(() => 0), schema], "kernel.validation.required");

export const params = (input: Input) => z.strictObject({ id: input.id() });
export const pictureParams = (input: Input) =>
  z.strictObject({ id: input.id(), hash: z.string().regex(/^[0-9a-f]{16}$/) });
export const pictureQuery = () => z.strictObject({ size: z.enum(["page", "tile"]).default("page") });

export const newProductBody = (input: Input) =>
  z.strictObject({
    sku: skuText(input),
    name: input.text(PRODUCT_LIMITS.name),
    price: input.money(),
    barcodes: barcodeList.optional(),
    description: emptiable(input.optionalText(PRODUCT_LIMITS.description)),
    category: emptiable(input.optionalText(PRODUCT_LIMITS.category)),
    brand: emptiable(input.optionalText(PRODUCT_LIMITS.brand)),
    unit: input.text(PRODUCT_LIMITS.unit).optional(),
    tax_rate_bp: rateBp.optional(),
    tax_kind: taxKind.optional(),
    cost: input.money().optional(),
    reorder_point: input.quantity({ min: 0 }).optional(),
    active: z.boolean("kernel.validation.choice").optional(),
    kind: plainKind.optional(),
  });

export const productPatch = (input: Input) => newProductBody(input).partial();

const q = (input: Input) => input.optionalText(100);

/** `active`: left out on a page means the active ones; `all` both. */
const activeFilter = z.enum(["true", "false", "all"], "kernel.validation.choice");

export const productQuery = (input: Input) => z.strictObject({ store_id: idOrNothing(input) });

export const productsQuery = (input: Input) =>
  z.strictObject({
    ...listQuery,
    q: q(input),
    category_id: idOrNothing(input),
    active: activeFilter.optional(),
    store_id: idOrNothing(input),
  });

export const byCodeParams = z.strictObject({ code: z.string().min(1).max(PRODUCT_LIMITS.sku) });

/** of a lot, as it is printed on the package */
export const LOT_CODE = 60;

/** PostgreSQL knows no year 0. */
const date = z.iso.date("kernel.validation.date").refine((day) => day >= "1900-01-01", "kernel.validation.date");
export const dateOrNothing = z
  .union([z.literal("").transform(() => undefined), date], "kernel.validation.date")
  .optional();

export const adjustmentBody = (input: Input) =>
  z.strictObject({
    product_id: input.id(),
    quantity: input.quantity({ min: -QUANTITY_LIMIT }),
    reason: input.text(PRODUCT_LIMITS.note),
    store_id: input.id().optional(),
    lot: input.optionalText(LOT_CODE),
    expires_on: dateOrNothing,
  });

const movementFilter = (input: Input) => ({
  product_id: idOrNothing(input),
  store_id: idOrNothing(input),
  reason: input.optionalText(40),
  from: dateOrNothing,
  to: dateOrNothing,
});
export const movementsQuery = (input: Input) => z.strictObject({ ...listQuery, ...movementFilter(input) });
export const movementsExportQuery = (input: Input) => z.strictObject(movementFilter(input));

export const onHandQuery = (input: Input) => z.strictObject({ ...listQuery, store_id: idOrNothing(input) });
export const onHandPageQuery = (input: Input) => onHandQuery(input).extend({ low: z.enum(["1", ""]).optional() });

/** The form of a product. Tax rates are chosen by their basis points, the rest is typed. */
const productFields = (input: Input) => ({
  sku: skuText(input),
  name: input.text(PRODUCT_LIMITS.name),
  description: input.optionalText(PRODUCT_LIMITS.description),
  category: input.optionalText(PRODUCT_LIMITS.category),
  brand: input.optionalText(PRODUCT_LIMITS.brand),
  unit: input.optionalText(PRODUCT_LIMITS.unit),
  price: input.money(),
  tax_rate_bp: z
    .string("kernel.validation.required")
    .regex(/^\d{1,5}$/, "kernel.validation.choice")
    .transform(Number)
    .pipe(rateBp),
  tax_kind: taxKind.optional(),
  cost: orZero(input.money()).optional(),
  reorder_point: orZero(input.quantity({ min: 0 })).optional(),
  barcodes: barcodeLines,
  // of a kit or a parent the form says nothing
  kind: plainKind.optional(),
});

/** What stands in the form of a product that somebody asks about before saving it: nothing of it is judged yet. */
const anything = z.string("kernel.validation.text").max(20_000, "kernel.validation.too_long").optional();
export const checkForm = z.strictObject({
  sku: anything,
  name: anything,
  description: anything,
  category: anything,
  brand: anything,
  unit: anything,
  price: anything,
  tax_rate_bp: anything,
  tax_kind: anything,
  cost: anything,
  reorder_point: anything,
  barcodes: anything,
  kind: anything,
  stock: anything,
  active: anything,
  version: anything,
  use_category: anything,
});

export const newProductForm = (input: Input) =>
  z.strictObject({ ...productFields(input), stock: orZero(input.quantity({ min: 0 })).optional() });

/** An unchecked box is not sent: here absent means inactive. */
export const productForm = (input: Input) =>
  z.strictObject({
    ...productFields(input),
    active: input.flag(),
    version: z
      .string("kernel.validation.required")
      .regex(/^\d{1,9}$/, "kernel.validation.integer")
      .transform(Number),
  });

export const adjustForm = (input: Input) =>
  z.strictObject({
    quantity: input.quantity({ min: -QUANTITY_LIMIT }),
    reason: z.enum(ADJUSTMENT_REASONS, "kernel.validation.choice"),
    note: input.optionalText(PRODUCT_LIMITS.note),
    store_id: idOrNothing(input),
  });

export const countForm = (input: Input) =>
  z.strictObject({ counted: input.quantity({ min: 0 }), store_id: idOrNothing(input) });
