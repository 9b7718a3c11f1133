/** What may be sent about roles and sessions. */
import { z } from "zod";
import type { Input } from "../../kernel/input.ts";
import { EDITABLE_ROLES } from "./domain.ts";

const names = z.array(z.string("kernel.validation.text").max(100, "kernel.validation.too_long")).max(500);
/** Boxes of one name: none marked is not sent at all, one is a text. */
const boxes = z.preprocess((sent) => (sent === undefined ? [] : Array.isArray(sent) ? sent : [sent]), names);

export const rolesForm = z.strictObject({ manager: boxes, employee: boxes });
export const roleParams = z.strictObject({ role: z.enum(EDITABLE_ROLES) });
export const roleBody = z.strictObject({ permissions: names });

const session = z.guid();
export const ownSessionParams = z.strictObject({ session });
export const userSessionParams = (input: Input) => z.strictObject({ id: input.id(), session });
