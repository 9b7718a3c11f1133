/** What the owner decides about stock. */
import { z } from "zod";
import { setting } from "../../kernel/settings/settings.ts";

/** Sell what the books say is not there: for shops that count seldom. */
export const allowNegative = setting<boolean>({
  key: "inventory.allow_negative",
  schema: z
    .union([z.boolean(), z.enum(["on", "true", "1", "false", "0", ""])])
    .optional()
    .transform((value) => value === true || value === "on" || value === "true" || value === "1"),
  fallback: false,
  field: "flag",
});
