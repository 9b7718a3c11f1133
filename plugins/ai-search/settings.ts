/** What the owner decides about the log of searches. */
import { z } from "zod";
import { setting } from "../../kernel/settings/settings.ts";

/** Days that what people searched for is kept. 0: nothing is written down. */
export const logDays = setting<number>({
  key: "ai-search.log_days",
  schema: z.coerce.number("kernel.validation.number").int("kernel.validation.integer").min(0).max(3650),
  fallback: 90,
  field: "number",
});
