/** The environment keys of the till. */
import { z } from "zod";

export const configSchema = z.object({
  PRINT_TIMEOUT_SECONDS: z.coerce
    .number()
    .min(1)
    .max(120)
    .default(10)
    .describe("seconds that a network printer has to take a receipt; then it is tried again"),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .transform((url) => url.replace(/\/+$/, ""))
    .optional()
    .describe("where customers reach this system; printed receipts then carry a QR code that leads to them"),
});

export type PosConfig = z.output<typeof configSchema>;
