/** What the owner decides about stock. */
import { z } from "zod";
import { flagSetting, setting } from "../../kernel/settings/settings.ts";

/** Sell what the books say is not there: for shops that count seldom. */
export const allowNegative = flagSetting("inventory.allow_negative", false);

/** How many days before a lot goes bad the shop is told. */
export const expiryDays = setting({
  key: "inventory.expiry_days",
  schema: z.coerce.number().int().min(0).max(730),
  fallback: 30,
  field: "number",
});
