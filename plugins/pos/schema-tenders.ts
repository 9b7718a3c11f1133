/** Shapes of tenders and of a payment in several of them. */
import { z } from "zod";
import type { Input } from "../../kernel/input.ts";
import { TENDER_KINDS } from "./settlement.ts";

const code = z
  .string("kernel.validation.text")
  .trim()
  .regex(/^[a-z][a-z0-9_]{1,39}$/, "pos.validation.tender_code");
const kind = z.enum(["card", "transfer", "wallet", "other"], "kernel.validation.choice");

export const tenderParams = z.strictObject({ code });
export const newTenderForm = (input: Input) =>
  z.strictObject({ code, kind, name: input.text(60), needs_reference: input.flag() });
const provider = z.union([z.literal("").transform(() => undefined), code]);
export const tenderForm = (input: Input) =>
  z.strictObject({
    name: input.optionalText(60),
    needs_reference: input.flag(),
    active: input.flag(),
    provider: provider.optional(),
  });
export const newTenderBody = (input: Input) =>
  z.strictObject({ code, kind, name: input.text(60), needs_reference: z.boolean().default(false) });
export const tenderPatch = (input: Input) =>
  z.strictObject({
    name: input.text(60).optional(),
    needs_reference: z.boolean("kernel.validation.choice").optional(),
    provider: z.union([z.null().transform(() => undefined), code]).optional(),
    active: z.boolean("kernel.validation.choice").optional(),
  });

export const tenderAnswer = z.strictObject({
  code: z.string(),
  kind: z.enum(TENDER_KINDS),
  name: z.string().nullable(),
  needs_reference: z.boolean(),
  active: z.boolean(),
  provider: z.string().nullable(),
});
export const tendersAnswer = z.strictObject({ data: z.array(tenderAnswer) });

const FIELD = /^(amount|reference)_([a-z][a-z0-9_]{1,39})$/;

/** `amount_card` and `reference_card` for each tender; `rest` names the one that pays what is left. */
export const paymentForm = (input: Input) =>
  z
    .object({ total: z.coerce.number().int().nonnegative(), rest: code.optional(), begin: code.optional() })
    .catchall(z.string("kernel.validation.text").trim().max(100, "kernel.validation.too_long"))
    .transform(({ total, rest, begin, ...fields }, context) => {
      const payments: { method: string; amountMinor: number; reference: string | undefined }[] = [];
      for (const [name, typed] of Object.entries(fields)) {
        const [, what, method] = FIELD.exec(name) ?? [];
        if (method === undefined) context.addIssue({ code: "unrecognized_keys", keys: [name], input: fields });
        if (what !== "amount" || method === undefined || typed === "") continue;
        const amount = input.money({ min: 1 }).safeParse(typed);
        const reference = input.optionalText(100).safeParse(fields[`reference_${method}`]);
        for (const [path, read] of [
          [name, amount],
          [`reference_${method}`, reference],
        ] as const)
          for (const issue of read.error?.issues ?? []) context.addIssue({ ...issue, path: [path] } as never);
        if (amount.success && reference.success)
          payments.push({ method, amountMinor: amount.data, reference: reference.data });
      }
      const reference = rest === undefined ? undefined : fields[`reference_${rest}`] || undefined;
      return { total, begin, rest: rest === undefined ? undefined : { method: rest, reference }, payments };
    });
