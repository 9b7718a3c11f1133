/** Shapes of transfers. */
import { z } from "zod";
import { listQuery } from "../../../kernel/http/cursor.ts";
import { type Input, idOrNothing } from "../../../kernel/input.ts";
import { PRODUCT_LIMITS } from "../schema.ts";
import { TRANSFER_STATES } from "./transfer.ts";
import { REST } from "./transfers.ts";

const MOST = 500;
const state = z.enum(TRANSFER_STATES, "kernel.validation.choice");
const rest = z.enum(REST, "kernel.validation.choice");
const lines = (input: Input, min: number) =>
  z
    .array(z.strictObject({ product_id: input.id(), quantity: input.quantity({ min }) }))
    .min(1, "kernel.validation.required")
    .max(MOST, "kernel.validation.too_many");

export const transferParams = (input: Input) => z.strictObject({ id: input.id() });
export const transfersQuery = (input: Input) =>
  z.strictObject({
    ...listQuery,
    store_id: idOrNothing(input),
    state: z.union([z.literal("").transform(() => undefined), state]).optional(),
  });
export const requestForm = (input: Input) =>
  z.strictObject({ from_store_id: input.id(), to_store_id: input.id(), note: input.optionalText(PRODUCT_LIMITS.note) });
export const requestBody = (input: Input) =>
  z.strictObject({
    from_store_id: input.id(),
    to_store_id: input.id(),
    note: input.optionalText(PRODUCT_LIMITS.note),
    lines: lines(input, 1),
  });
export const lineForm = (input: Input) =>
  z.strictObject({ code: input.text(PRODUCT_LIMITS.sku), quantity: input.quantity({ min: 0 }) });
/** `q17`: how much of product 17. */
const quantities = (input: Input) => z.record(z.string().regex(/^q[1-9]\d{0,14}$/), input.quantity({ min: 0 }));
export const sendForm = (input: Input) => quantities(input);
export const receiveForm = (input: Input) =>
  z
    .object({ rest })
    .catchall(input.quantity({ min: 0 }))
    .refine(
      (form) => Object.keys(form).every((key) => key === "rest" || /^q[1-9]\d{0,14}$/.test(key)),
      "kernel.validation.format",
    );
export const sendBody = (input: Input) => z.strictObject({ lines: lines(input, 0).optional() });
export const receiveBody = (input: Input) => z.strictObject({ lines: lines(input, 0), rest: rest.default("later") });

export const transferRowJson = z.strictObject({
  id: z.int(),
  number: z.string(),
  from_store_id: z.int(),
  to_store_id: z.int(),
  state,
  note: z.string().nullable(),
  requested_by: z.string(),
  requested_at: z.string(),
  sent_by: z.string().nullable(),
  sent_at: z.string().nullable(),
  closed_by: z.string().nullable(),
  closed_at: z.string().nullable(),
});
export const transferJson = transferRowJson.extend({
  lines: z.array(
    z.strictObject({
      product_id: z.int(),
      sku: z.string(),
      name: z.string(),
      unit: z.string(),
      requested: z.string(),
      sent: z.string(),
      received: z.string(),
      lost: z.string(),
      in_transit: z.string(),
      /** of a unit, as it cost where it came from when it was sent; null: not sent yet, or the reader may not see costs */
      cost: z.string().nullable(),
      lost_value: z.string().nullable(),
    }),
  ),
});
export const transfersJson = z.strictObject({ data: z.array(transferRowJson), next_cursor: z.string().nullable() });
