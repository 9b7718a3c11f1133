import { defineErrors } from "../../kernel/errors.ts";

export const errors = defineErrors("backup", {
  /** one is made already, here or on another instance */
  BACKUP_RUNNING: 409,
});
