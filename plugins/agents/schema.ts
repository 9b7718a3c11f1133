/** Shapes of findings: what is asked, and the API's answers. */
import { z } from "zod";
import { listQuery } from "../../kernel/http/cursor.ts";
import { type Input, orNothing } from "../../kernel/input.ts";
import { AGENTS, STATES } from "./domain.ts";

const CHOICE = "kernel.validation.choice";

export const findingsQuery = z.strictObject({
  ...listQuery,
  agent: orNothing(z.enum(AGENTS, CHOICE)),
  state: orNothing(z.enum(STATES, CHOICE)),
});
export const findingParams = (input: Input) => z.strictObject({ id: input.id() });
export const stateBody = z.strictObject({ state: z.enum(["seen", "dismissed"], CHOICE) });

export const findingAnswer = z.strictObject({
  id: z.int(),
  agent: z.enum(AGENTS),
  kind: z.string(),
  store_id: z.int().nullable(),
  subject: z.string(),
  sentence: z.string(),
  /** why it may be believed; null: the sentence has all figures */
  grounds: z.string().nullable(),
  state: z.enum(STATES),
  /** as numbers: minor units, thousandths, basis points, as their names end */
  facts: z.record(z.string(), z.unknown()),
  document: z.string().nullable(),
  found_at: z.string(),
  told_at: z.string(),
});
export const findingsAnswer = z.strictObject({ data: z.array(findingAnswer), next_cursor: z.string().nullable() });
export const agentsAnswer = z.strictObject({
  data: z.array(
    z.strictObject({
      agent: z.enum(AGENTS),
      name: z.string(),
      about: z.string(),
      ran_at: z.string().nullable(),
      looked: z.int().nullable(),
      able: z.int().nullable(),
      found: z.int().nullable(),
    }),
  ),
});
export const orderAnswer = z.strictObject({ order_id: z.int(), finding_id: z.int() });
