/** Shapes of printers and of what they print. */
import { z } from "zod";
import { listQuery } from "../../kernel/http/cursor.ts";
import type { Input } from "../../kernel/input.ts";
import { JOB_KINDS } from "./printing/domain.ts";
import { isPrinterHost } from "./printing/hosts.ts";
import { CODE_PAGES } from "./receipts/escpos.ts";

const host = (input: Input) => input.text(253).refine(isPrinterHost, "pos.validation.printer_host");
// what listens below is no printer, and nothing that should be sent receipts
const port = z.coerce
  .number("kernel.validation.number")
  .int("kernel.validation.number")
  .min(1024, "pos.validation.printer_port")
  .max(65_535, "pos.validation.printer_port");
const codePage = z.enum(CODE_PAGES, "kernel.validation.choice");
const width = z
  .union([z.literal(58), z.literal(80), z.enum(["58", "80"])], "kernel.validation.choice")
  .transform((value): 58 | 80 => (Number(value) === 58 ? 58 : 80));

const shape = (input: Input) => ({
  name: input.text(60),
  host: host(input),
  port: port.default(9100),
  width: width.default(80),
  code_page: codePage.default("cp858"),
});

export const printerForm = (input: Input) =>
  z.strictObject({ ...shape(input), kicks_drawer: input.flag(), active: input.flag() });
export const newPrinterForm = (input: Input) => z.strictObject({ ...shape(input), kicks_drawer: input.flag() });
export const newPrinterBody = (input: Input) =>
  z.strictObject({ ...shape(input), kicks_drawer: z.boolean().default(false) });
export const printerPatch = (input: Input) =>
  z.strictObject({
    name: input.text(60).optional(),
    host: host(input).optional(),
    port: port.optional(),
    width: width.optional(),
    code_page: codePage.optional(),
    kicks_drawer: z.boolean("kernel.validation.choice").optional(),
    active: z.boolean("kernel.validation.choice").optional(),
  });
export const printerParams = (input: Input) => z.strictObject({ id: input.id() });
export const assignForm = (input: Input) =>
  z.strictObject({
    printer_id: z.preprocess((typed) => (typed === "" || typed === null ? undefined : typed), input.id().optional()),
  });
export const assignBody = (input: Input) => z.strictObject({ printer_id: input.id().nullable() });
export const jobsQuery = z.strictObject({ ...listQuery, open: z.enum(["true", "false"]).optional() });

export const printerAnswer = z.strictObject({
  id: z.int(),
  name: z.string(),
  host: z.string(),
  port: z.int(),
  width: z.int(),
  code_page: z.enum(CODE_PAGES),
  kicks_drawer: z.boolean(),
  active: z.boolean(),
});
export const printersAnswer = z.strictObject({ data: z.array(printerAnswer) });
export const registerPrinterAnswer = z.strictObject({ register_id: z.int(), printer_id: z.int().nullable() });
export const jobAnswer = z.strictObject({
  id: z.int(),
  printer_id: z.int(),
  kind: z.enum(JOB_KINDS),
  sale_id: z.int().nullable(),
  shift_id: z.int().nullable(),
  copy: z.int().nullable(),
  state: z.enum(["queued", "sending", "done", "failed", "cancelled"]),
  repeated: z.boolean(),
  tries: z.int(),
  next_try_at: z.string(),
  last_error: z.string().nullable(),
  created_at: z.string(),
});
export const jobsAnswer = z.strictObject({ data: z.array(jobAnswer), next_cursor: z.string().nullable() });
