/** What the owner decides about buying. */
import { z } from "zod";
import { flagSetting, setting } from "../../kernel/settings/settings.ts";
import type { ServiceLevel } from "./reorder.ts";

/** More than was ordered may be received, with a warning; else it is refused. */
export const allowMore = flagSetting("purchases.allow_more", true);

const days = (most: number) =>
  z.coerce.number("kernel.validation.number").int("kernel.validation.integer").min(1).max(most);

/** Days of sales that suggested orders look back at. */
export const demandDays = setting<number>({
  key: "purchases.demand_days",
  schema: days(365),
  fallback: 30,
  field: "number",
});

/** Days that a suggested order is to last beyond its delivery. */
export const coverDays = setting<number>({
  key: "purchases.cover_days",
  schema: days(180),
  fallback: 7,
  field: "number",
});

/** In percent: how often nothing is to run out while an order is on its way. */
export const serviceLevel = setting<ServiceLevel>({
  key: "purchases.service_level",
  schema: z.enum(["90", "95", "98", "99"], "kernel.validation.choice"),
  fallback: "95",
  field: "choice",
  options: ["90", "95", "98", "99"],
});
