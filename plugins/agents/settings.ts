/** What the owner decides about the agents. */
import { z } from "zod";
import { setting } from "../../kernel/settings/settings.ts";

const percent = z.coerce.number("kernel.validation.number").int("kernel.validation.integer").min(0).max(90);

/** In percent of the price without tax: goods that leave less are told. */
export const marginTarget = setting<number>({
  key: "agents.margin_target",
  schema: percent,
  fallback: 15,
  field: "number",
});

/** In percent: a delivery that cost so much more than the one before is told. */
export const costRise = setting<number>({ key: "agents.cost_rise", schema: percent, fallback: 5, field: "number" });
