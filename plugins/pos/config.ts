/** The environment keys of the till. */
import { z } from "zod";

export const configSchema = z.object({
  PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .transform((url) => url.replace(/\/+$/, ""))
    .optional()
    .describe("where customers reach this system; printed receipts then carry a QR code that leads to them"),
});

export type PosConfig = z.output<typeof configSchema>;
