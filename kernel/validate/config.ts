/** What `npm run validate` is told. */
import { z } from "zod";

export const validateConfigSchema = z.object({
  PORT: z.coerce.number().int().default(3000),
  LOG_DIR: z.string().default("./logs"),
  METRICS_TOKEN: z.string().optional(),
  VALIDATE_URL: z
    .url({ protocol: /^https?$/ })
    .regex(/^[^@]*$/, "the account is given by VALIDATE_USERNAME and VALIDATE_PASSWORD")
    .optional()
    .describe("the instance that npm run validate looks at; unset: this machine's, at PORT"),
  VALIDATE_USERNAME: z
    .string()
    .optional()
    .describe("an account for it, best one that may sell in a training store alone"),
  VALIDATE_PASSWORD: z.string().optional().describe("its password"),
  VALIDATE_CODE: z.string().optional().describe("SKU or barcode of the product that its probe sells; unset: any"),
  VALIDATE_VERSION: z
    .string()
    .optional()
    .describe("the version that must run; unset: that of the program which validates"),
  VALIDATE_ALL: z
    .enum(["true", "false"])
    .transform((text) => text === "true")
    .default(false)
    .describe("true: a check that could not be looked at, for want of an account or a training store, has failed"),
  VALIDATE_SECONDS: z.coerce.number().min(0.1).max(300).default(10).describe("how long it waits for an answer"),
  VALIDATE_LANGUAGE: z.enum(["es", "en"]).default("es").describe("of the table that it prints"),
});

export type ValidateConfig = z.output<typeof validateConfigSchema>;
