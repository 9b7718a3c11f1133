/** What reports are asked for. */
import { z } from "zod";
import { listQuery } from "../../kernel/http/cursor.ts";
import { type Input, orNothing } from "../../kernel/input.ts";
import { COMPARISONS } from "./period.ts";

export const FORMATS = ["csv", "xlsx", "pdf", "json"] as const;
/** by letter, which people read */
export const LETTER_FORMATS = ["csv", "xlsx", "pdf"] as const;

/** two years before it is asked for as well, and PostgreSQL knows no year 0 */
const day = z.iso
  .date("kernel.validation.date")
  .refine((date) => date >= "1900-01-01" && date < "2300-01-01", "kernel.validation.date");

const filters = (input: Input) => ({
  from: orNothing(day),
  to: orNothing(day),
  store_id: orNothing(input.id()),
  compare: orNothing(z.enum(COMPARISONS)),
});

export const reportParams = z.strictObject({ name: z.string().max(60) });
export const reportQuery = (input: Input) => z.strictObject({ ...filters(input), cursor: listQuery.cursor });
export const reportApiQuery = (input: Input) => z.strictObject({ ...filters(input), ...listQuery });
export const exportQuery = (input: Input) =>
  z.strictObject({ ...filters(input), format: z.enum(FORMATS).default("csv") });
export const documentsQuery = (input: Input) =>
  z.strictObject({ ...filters(input), ...listQuery, key: z.string().min(1).max(60) });

export interface Filters {
  from?: string | undefined;
  to?: string | undefined;
  store_id?: number | undefined;
  compare?: (typeof COMPARISONS)[number] | undefined;
}
