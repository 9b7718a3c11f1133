/** What the owner decides about what is known of people. */
import { z } from "zod";
import { setting } from "../../../kernel/settings/settings.ts";

/** Who has neither bought nor paid for so many months is forgotten. 0: nobody is. */
export const retentionMonths = setting<number>({
  key: "customers.retention_months",
  schema: z.coerce.number("kernel.validation.number").int("kernel.validation.number").min(0).max(600),
  fallback: 0,
  field: "number",
});
