/** The environment keys of the till. */
import { z } from "zod";

export const configSchema = z
  .object({
    PRINT_TIMEOUT_SECONDS: z.coerce
      .number()
      .min(1)
      .max(120)
      .default(10)
      .describe("seconds that a network printer has to take a receipt; then it is tried again"),
    PAYMENT_TIMEOUT_SECONDS: z.coerce
      .number()
      .min(1)
      .max(60)
      .default(8)
      .describe("seconds that a payment provider has to answer; then it is asked again"),
    PUBLIC_URL: z
      .url({ protocol: /^https?$/ })
      .transform((url) => url.replace(/\/+$/, ""))
      .optional()
      .describe("where customers reach this system; printed receipts then carry a QR code that leads to them"),
    SMTP_URL: z
      .url({ protocol: /^smtps?$/ })
      .optional()
      .describe(
        "mail server for receipts and reminders by e-mail: smtps://user:password@host:465; unset: none are sent",
      ),
    SMTP_FROM: z.string().max(200).optional().describe("sender of e-mail, e.g. Mi tienda <caja@tienda.co>"),
  })
  .superRefine(({ SMTP_URL, SMTP_FROM }, context) => {
    if (SMTP_URL !== undefined && SMTP_FROM === undefined)
      context.addIssue({ code: "custom", path: ["SMTP_FROM"], message: "goes together with SMTP_URL" });
  });

export type PosConfig = z.output<typeof configSchema>;
