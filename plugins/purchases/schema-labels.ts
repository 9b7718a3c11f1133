/** What may be asked of labels. Messages are locale keys. */
import { z } from "zod";
import { type Input, idOrNothing } from "../../kernel/input.ts";
import { CODE_KINDS } from "./labels/codes.ts";
import { FORMAT_NAMES } from "./labels/formats.ts";
import { MOST_COPIES, type WantedLabel } from "./labels/labels.ts";

const COPIES = "purchases.validation.copies";
const format = z.enum(FORMAT_NAMES, "kernel.validation.choice");
const symbol = z.enum(CODE_KINDS, "kernel.validation.choice");
const code = (input: Input) => input.text(64);

export const labelsBody = (input: Input) =>
  z.strictObject({
    format,
    symbol: symbol.default("auto"),
    prices: z.boolean("kernel.validation.choice").default(true),
    store_id: input.id().optional(),
    labels: z
      .array(z.strictObject({ code: code(input), copies: z.int(COPIES).min(1, COPIES).max(MOST_COPIES, COPIES) }))
      .min(1, "purchases.validation.no_lines")
      .max(500, "kernel.validation.too_many"),
  });

export const labelsQuery = (input: Input) =>
  z.strictObject({ document_id: idOrNothing(input), code: input.optionalText(64) });

const ROW = /^(code|copies)_([1-9]\d{0,2})$/;

export const labelsForm = (input: Input) =>
  z
    .object({ format, symbol, prices: input.flag(), store_id: idOrNothing(input) })
    .catchall(z.string("kernel.validation.text").max(64, "kernel.validation.too_long"))
    .transform(({ format, symbol, prices, store_id, ...fields }, context) => {
      const labels: WantedLabel[] = [];
      for (const [name, typed] of Object.entries(fields as Record<string, string>)) {
        const [, what, number] = ROW.exec(name) ?? [];
        if (what === undefined) context.addIssue({ code: "unrecognized_keys", keys: [name], input: fields });
        if (what !== "code" || typed.trim() === "") continue;
        const asked = String((fields as Record<string, string>)[`copies_${number}`] ?? "").trim();
        const copies = asked === "" ? 1 : /^\d{1,4}$/.test(asked) ? Number(asked) : -1;
        if (copies < 0 || copies > MOST_COPIES)
          context.addIssue({ code: "custom", path: [`copies_${number}`], input: asked, message: COPIES });
        const found = code(input).safeParse(typed);
        for (const issue of found.error?.issues ?? []) context.addIssue({ ...issue, path: [name] } as never);
        if (found.success && copies > 0) labels.push({ code: found.data, copies, field: name });
      }
      if (labels.length === 0 && context.issues.length === 0)
        context.addIssue({
          code: "custom",
          path: ["code_1"],
          input: fields,
          message: "purchases.validation.no_labels",
        });
      return { format, symbol, prices, store_id, labels };
    });
