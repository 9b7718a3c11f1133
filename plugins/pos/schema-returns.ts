/** Shapes of returns and voids. */
import { z } from "zod";
import type { Input } from "../../kernel/input.ts";

export const voidBody = (input: Input) => z.strictObject({ reason: input.text(200) });

export const returnBody = (input: Input) =>
  z.strictObject({
    lines: z
      .array(
        z.strictObject({
          line: z.int().positive(),
          quantity: input.quantity(),
          restock: z.boolean().default(true),
        }),
      )
      .min(1)
      .max(500)
      .optional(),
    refund: z
      .array(z.strictObject({ method: input.text(40), amount: input.money({ min: 1 }) }))
      .min(1)
      .max(20)
      .optional(),
    reason: input.text(200),
    register_id: input.id().optional(),
  });

const LINE = /^(quantity|damaged)_(\d{1,3})$/;

/** `quantity_1` and `damaged_1` for each line; `everything` is the button that takes back all that is left. */
export const returnForm = (input: Input) =>
  z
    .object({
      reason: input.text(200),
      method: input.optionalText(40),
      everything: z.literal("1").optional(),
    })
    .catchall(z.string("kernel.validation.text").trim().max(30, "kernel.validation.too_long"))
    .transform(({ reason, method, everything, ...fields }, context) => {
      const lines = new Map<number, number>();
      for (const [name, typed] of Object.entries(fields)) {
        const [, what, number] = LINE.exec(name) ?? [];
        if (number === undefined) context.addIssue({ code: "unrecognized_keys", keys: [name], input: fields });
        if (number === undefined || what !== "quantity" || typed === "") continue;
        const quantity = input.quantity({ min: 0 }).safeParse(typed);
        for (const issue of quantity.error?.issues ?? []) context.addIssue({ ...issue, path: [name] } as never);
        if (quantity.success) lines.set(Number(number), quantity.data);
      }
      if (everything === undefined && [...lines.values()].every((quantity) => quantity === 0))
        context.addIssue({ code: "custom", input: fields, path: ["reason"], message: "pos.validation.return_nothing" });
      const damaged = new Set(
        Object.keys(fields).flatMap((name) => (name.startsWith("damaged_") ? [Number(name.slice(8))] : [])),
      );
      return { reason, method, everything: everything === "1", lines, damaged };
    });
