/** What the owner decides about buying. */
import { flagSetting } from "../../kernel/settings/settings.ts";

/** More than was ordered may be received, with a warning; else it is refused. */
export const allowMore = flagSetting("purchases.allow_more", true);
