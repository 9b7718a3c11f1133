/** What may be typed or sent. Messages are locale keys. */
import { z } from "zod";
import type { Input } from "../../kernel/input.ts";
import { ROLES } from "./domain.ts";

export const PASSWORD_MIN = 12;
export const PASSWORD_MAX = 200;
/** Letters of any alphabet: Íñigo is a name. No spaces, so that nothing invisible tells two people apart. */
export const USERNAME = /^[\p{L}\p{N}][\p{L}\p{N}._@-]{1,49}$/u;

const newPassword = z
  .string("kernel.validation.text")
  .min(PASSWORD_MIN, "auth.validation.password_short")
  .max(PASSWORD_MAX, "auth.validation.password_long");

/** A password that is only compared: no rule may lock out what an older rule let in. */
export const triedPassword = z
  .string("kernel.validation.text")
  .min(1, "kernel.validation.required")
  .max(PASSWORD_MAX, "auth.validation.password_long");

const username = z.string("kernel.validation.text").trim().normalize("NFC").regex(USERNAME, "auth.validation.username");

const fullName = (input: Input) => input.text(120);
const role = z.enum(ROLES, "kernel.validation.choice");
const again = z.string("kernel.validation.text").max(PASSWORD_MAX, "auth.validation.password_long").optional();

/** The second typing is a help for people; a program may leave it out. */
const SAME = { path: ["password_again"], error: "auth.validation.password_again" };
const isSame = (typed: { password: string; password_again?: string | undefined }) =>
  typed.password_again === undefined || typed.password_again === typed.password;

export const credentials = (input: Input) => z.strictObject({ username: input.text(100), password: triedPassword });

/** Where to go on to is never trusted as sent: see localPath. */
const next = z.string().optional().catch(undefined);
export const loginQuery = z.object({ next });
export const loginForm = (input: Input) => z.strictObject({ ...credentials(input).shape, next });

export const setupForm = (input: Input) =>
  z
    .strictObject({
      code: input.text(40),
      shop_name: input.text(120),
      full_name: fullName(input),
      username,
      password: newPassword,
      password_again: again,
    })
    .refine(isSame, SAME);

export const newUserForm = (input: Input) =>
  z
    .strictObject({
      username,
      full_name: fullName(input),
      role,
      password: newPassword,
      password_again: again,
      temporary: input.flag(),
    })
    .refine(isSame, SAME);

/** An unchecked box is not sent: here absent means inactive. */
export const userForm = (input: Input) => z.strictObject({ full_name: fullName(input), role, active: input.flag() });

export const resetForm = z.strictObject({ password: newPassword, password_again: again }).refine(isSame, SAME);

export const ownPasswordForm = z
  .strictObject({ current_password: triedPassword, password: newPassword, password_again: again })
  .refine(isSame, SAME);

export const userParams = (input: Input) => z.strictObject({ id: input.id() });

export const newUserBody = (input: Input) =>
  z.strictObject({
    username,
    full_name: fullName(input),
    role,
    password: newPassword,
    temporary: z.boolean("kernel.validation.choice").default(false),
  });

export const userPatch = (input: Input) =>
  z.strictObject({
    full_name: fullName(input).optional(),
    role: role.optional(),
    active: z.boolean("kernel.validation.choice").optional(),
  });

export const passwordBody = z.strictObject({ password: newPassword });
export const refreshBody = z.strictObject({ refresh_token: z.string("kernel.validation.text").max(200) });
