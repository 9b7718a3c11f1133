/** Shapes of groups of customers. */
import { z } from "zod";
import type { Input } from "../../kernel/input.ts";

const NAME = 60;

export const groupParams = (input: Input) => z.strictObject({ id: input.id() });
export const groupBody = (input: Input) => z.strictObject({ name: input.text(NAME) });
export const groupAnswer = z.strictObject({ id: z.int(), name: z.string() });
export const groupsAnswer = z.strictObject({ data: z.array(groupAnswer) });
