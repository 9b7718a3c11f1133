/** What the owner decides about stock. */
import { flagSetting } from "../../kernel/settings/settings.ts";

/** Sell what the books say is not there: for shops that count seldom. */
export const allowNegative = flagSetting("inventory.allow_negative", false);
