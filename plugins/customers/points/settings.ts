/** What the owner decides about points. */
import { z } from "zod";
import { setting } from "../../../kernel/settings/settings.ts";

const whole = (most: number) =>
  z.coerce.number("kernel.validation.number").int("kernel.validation.number").min(0).max(most);

/** In whole units of the shop's own currency: what earns one point. 0, and in stores with another: no points are earned. */
export const pointsEarn = setting<number>({
  key: "customers.points_earn",
  schema: whole(1_000_000_000),
  fallback: 0,
  field: "number",
});

/** In whole units of the shop's own currency: what one point pays. 0, and in stores with another: points pay nothing. */
export const pointsValue = setting<number>({
  key: "customers.points_value",
  schema: whole(1_000_000),
  fallback: 0,
  field: "number",
});

/** Who has fewer spends none. */
export const pointsMinimum = setting<number>({
  key: "customers.points_minimum",
  schema: whole(1_000_000_000),
  fallback: 0,
  field: "number",
});
