/** What the owner decides about reminders of debts. */
import { z } from "zod";
import { flagSetting, setting } from "../../../kernel/settings/settings.ts";

/** No customer gets a second one in so many days. */
export const reminderDays = setting<number>({
  key: "customers.reminder_days",
  schema: z.coerce.number("kernel.validation.number").int("kernel.validation.number").min(1).max(365),
  fallback: 7,
  field: "number",
});

/** They go out within the hours of `hours.ts` only. */
export const reminderHours = flagSetting("customers.reminder_hours", true);
