import { defineErrors } from "../../kernel/errors.ts";

export const errors = defineErrors("metrics", {
  METRICS_CLOSED: 403,
});
