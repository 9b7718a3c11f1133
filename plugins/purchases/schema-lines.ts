/** What may be typed or sent of orders and deliveries. Costs are money of the shop as a whole. Messages are locale keys. */
import { z } from "zod";
import { listQuery } from "../../kernel/http/cursor.ts";
import { type Input, idOrNothing } from "../../kernel/input.ts";
import { type FieldOf, ORDER_STATUSES, type WantedLine } from "./domain.ts";

/** of an order or a delivery */
export const MOST_LINES = 500;
const NOTE = 500;
const CODE = 64;

const LOT = 60;

const SENT: Record<string, string> = { discount: "discount_bp", expires: "expires_on" };
export const sentField: FieldOf = (index, name) => `lines.${index}.${SENT[name] ?? name}`;

const DISCOUNT = "purchases.validation.discount";
const ONE_PRODUCT = { path: ["code"], error: "purchases.validation.one_product" };

/** Either the product's id or one of its codes. */
const lineShape = (input: Input) => ({
  product_id: input.id().optional(),
  code: input.text(CODE).optional(),
  quantity: input.quantity(),
  cost: input.money().optional(),
  discount_bp: z.int("kernel.validation.integer").min(0, DISCOUNT).max(10_000, DISCOUNT).optional(),
});
type SentLine = z.output<z.ZodObject<ReturnType<typeof lineShape>>>;

const hasOne = ({ product_id, code }: SentLine) => (product_id === undefined) !== (code === undefined);
const toWanted = ({ product_id, code, quantity, cost, discount_bp }: SentLine): WantedLine => ({
  productId: product_id,
  code,
  quantityMilli: quantity,
  costMinor: cost,
  discountBp: discount_bp,
});

const sentLine = (input: Input) => z.strictObject(lineShape(input)).refine(hasOne, ONE_PRODUCT).transform(toWanted);

/** PostgreSQL knows no year 0. */
const day = z.iso.date("kernel.validation.date").refine((date) => date >= "1900-01-01", "kernel.validation.date");
/** With what the package says. */
const receivedLine = (input: Input) =>
  z
    .strictObject({ ...lineShape(input), lot: input.text(LOT).optional(), expires_on: day.optional() })
    .refine(hasOne, ONE_PRODUCT)
    .refine(({ lot, expires_on }) => lot !== undefined || expires_on === undefined, NO_LOT)
    .transform(({ lot, expires_on: expiresOn, ...line }): WantedLine => {
      return { ...toWanted(line), lot: lot === undefined ? undefined : { code: lot, expiresOn } };
    });
/** Of which lot it goes back; its expiry is known. */
const returnedLine = (input: Input) =>
  z
    .strictObject({ ...lineShape(input), lot: input.text(LOT).optional() })
    .refine(hasOne, ONE_PRODUCT)
    .transform(({ lot, ...line }): WantedLine => {
      return { ...toWanted(line), lot: lot === undefined ? undefined : { code: lot, expiresOn: undefined } };
    });
const NO_LOT = { path: ["lot"], error: "kernel.validation.required" };

const sentLines = (input: Input) =>
  z.array(sentLine(input)).min(1, "purchases.validation.no_lines").max(MOST_LINES, "kernel.validation.too_many");

const receivedLines = (input: Input) =>
  z.array(receivedLine(input)).min(1, "purchases.validation.no_lines").max(MOST_LINES, "kernel.validation.too_many");

export const orderBody = (input: Input) =>
  z.strictObject({
    supplier_id: input.id(),
    store_id: input.id().optional(),
    note: input.optionalText(NOTE),
    lines: sentLines(input),
  });
export const orderPatch = (input: Input) => z.strictObject({ note: input.optionalText(NOTE), lines: sentLines(input) });
export const orderReceiptBody = (input: Input) =>
  z.strictObject({
    delivery_note: input.optionalText(60),
    note: input.optionalText(NOTE),
    lines: receivedLines(input),
  });
export const receiptBody = (input: Input) =>
  z.strictObject({
    supplier_id: input.id(),
    store_id: input.id().optional(),
    delivery_note: input.optionalText(60),
    note: input.optionalText(NOTE),
    lines: receivedLines(input),
  });
export const returnBody = (input: Input) =>
  z.strictObject({
    supplier_id: input.id(),
    store_id: input.id().optional(),
    note: input.text(NOTE),
    lines: z
      .array(returnedLine(input))
      .min(1, "purchases.validation.no_lines")
      .max(MOST_LINES, "kernel.validation.too_many"),
  });

/** Percent of at most two decimals, in basis points. */
const percent = (input: Input) =>
  input
    .quantity({ min: 0, max: 100_000 })
    .refine((milli) => milli % 10 === 0, DISCOUNT)
    .transform((milli) => milli / 10);

const ROW = /^(code|quantity|cost|discount|lot|expires|drawn)_([1-9]\d{0,2})$/;

/**
 * `code_1`, `quantity_1`, `cost_1`, `discount_1`, `lot_1`, `expires_1`: a row without a quantity says nothing; one without a cost leaves
 * it to us. `drawn_1`: how much was suggested where the row was drawn.
 */
function rowsOf(fields: Record<string, string>, input: Input, context: Issues) {
  const rows = new Map<number, Partial<Record<string, string>>>();
  for (const [name, typed] of Object.entries(fields)) {
    const [, what = "", number] = ROW.exec(name) ?? [];
    if (number === undefined) context.addIssue({ code: "unrecognized_keys", keys: [name], input: fields });
    else rows.set(Number(number), { ...rows.get(Number(number)), [what]: typed.trim() });
  }
  const lines: WantedLine[] = [];
  const numbers: number[] = [];
  const suggested = new Map<string, number>();
  for (const [number, row] of [...rows].sort(([a], [b]) => a - b)) {
    const { code = "", quantity = "", cost = "", discount = "", lot = "", expires = "", drawn = "" } = row;
    if (code === "" && quantity === "") continue;
    // a row that is prefilled and of which nothing came
    if (quantity === "" || /^[0.,]+$/.test(quantity)) continue;
    const read = <T>(name: string, schema: z.ZodType<T>, typed: string): T | undefined => {
      const result = schema.safeParse(typed);
      for (const issue of result.error?.issues ?? [])
        context.addIssue({ ...issue, path: [`${name}_${number}`] } as never);
      return result.data;
    };
    const found = read("code", input.text(CODE), code);
    const quantityMilli = read("quantity", input.quantity(), quantity);
    const costMinor = cost === "" ? undefined : read("cost", input.money(), cost);
    const discountBp = discount === "" ? undefined : read("discount", percent(input), discount);
    if (found === undefined || quantityMilli === undefined) continue;
    const lotCode = lot === "" && expires === "" ? undefined : read("lot", input.text(LOT), lot);
    const expiresOn = expires === "" ? undefined : read("expires", day, expires);
    const said = lotCode === undefined ? undefined : { code: lotCode, expiresOn };
    lines.push({ code: found, quantityMilli, costMinor, discountBp, lot: said });
    numbers.push(number);
    const drawnMilli = drawn === "" ? undefined : read("drawn", input.quantity(), drawn);
    if (drawnMilli !== undefined) suggested.set(found, drawnMilli);
  }
  if (lines.length === 0)
    context.addIssue({ code: "custom", path: ["code_1"], input: fields, message: "purchases.validation.no_lines" });
  const field: FieldOf = (index, name) => `${name}_${numbers[index] ?? 1}`;
  return { lines, field, suggested };
}

type Issues = { addIssue(issue: never): void } & z.core.$RefinementCtx;

const cell = z.string("kernel.validation.text").max(CODE, "kernel.validation.too_long");

/** A form of rows beside other fields. */
export const orderForm = (input: Input) =>
  z
    .object({
      supplier_id: input.id(),
      store_id: idOrNothing(input),
      note: input.optionalText(NOTE),
    })
    .catchall(cell)
    .transform(({ supplier_id, store_id, note, ...fields }, context) => ({
      supplier_id,
      store_id,
      note,
      ...rowsOf(fields as Record<string, string>, input, context as Issues),
    }));
export const draftForm = (input: Input) =>
  z
    .object({ note: input.optionalText(NOTE), version: z.coerce.number().int().positive() })
    .catchall(cell)
    .transform(({ note, version, ...fields }, context) => ({
      note,
      version,
      ...rowsOf(fields as Record<string, string>, input, context as Issues),
    }));
export const deliveryForm = (input: Input) =>
  z
    .object({
      supplier_id: idOrNothing(input),
      store_id: idOrNothing(input),
      delivery_note: input.optionalText(60),
      note: input.optionalText(NOTE),
    })
    .catchall(cell)
    .transform(({ supplier_id, store_id, delivery_note, note, ...fields }, context) => ({
      supplier_id,
      store_id,
      delivery_note,
      note,
      ...rowsOf(fields as Record<string, string>, input, context as Issues),
    }));

export const ordersQuery = (input: Input) =>
  z.strictObject({
    ...listQuery,
    store_id: idOrNothing(input),
    supplier_id: idOrNothing(input),
    status: z
      .union([z.literal("").transform(() => undefined), z.enum(ORDER_STATUSES)], "kernel.validation.choice")
      .optional(),
  });
export const documentsQuery = (input: Input) =>
  z.strictObject({
    ...listQuery,
    store_id: idOrNothing(input),
    supplier_id: idOrNothing(input),
    order_id: idOrNothing(input),
    kind: z
      .union([z.literal("").transform(() => undefined), z.enum(["receipt", "return"])], "kernel.validation.choice")
      .optional(),
  });
export const pricesQuery = (input: Input) =>
  z.strictObject({
    ...listQuery,
    product_id: input.id(),
    supplier_id: idOrNothing(input),
    store_id: idOrNothing(input),
  });
export const newQuery = (input: Input) =>
  z.strictObject({ supplier_id: idOrNothing(input), store_id: idOrNothing(input) });
export const suggestionsQuery = (input: Input) =>
  z.strictObject({ store_id: idOrNothing(input), supplier_id: idOrNothing(input) });
export const suggestedOrderBody = (input: Input) =>
  z.strictObject({ supplier_id: input.id(), store_id: input.id().optional() });
