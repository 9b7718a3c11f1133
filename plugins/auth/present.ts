/** People and tokens as the API and the pages show them. */
import { z } from "zod";
import type { FormState } from "../../kernel/http/route.ts";
import type { Text } from "../../kernel/i18n.ts";
import type { Store } from "../../kernel/stores/store.ts";
import { type Grant, ROLES, type User } from "./domain.ts";
import { ACCESS_SECONDS } from "./tokens.ts";

const role = z.enum(ROLES);
const person = { id: z.int(), username: z.string(), full_name: z.string(), role };

export const userJson = z.strictObject({
  ...person,
  active: z.boolean(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
});
export const userListJson = z.strictObject({ data: z.array(userJson), next_cursor: z.string().nullable() });
export const meJson = z.strictObject({ ...person, role: z.string(), permissions: z.array(z.string()) });
export const tokensJson = z.strictObject({
  access_token: z.string(),
  token_type: z.literal("Bearer"),
  expires_in: z.int(),
  refresh_token: z.string(),
  user: z.strictObject(person),
});

export function toUserJson(user: User): z.output<typeof userJson> {
  const { id, username, fullName, role, active, createdAt, updatedAt } = user;
  return {
    id,
    username,
    full_name: fullName,
    role,
    active,
    created_at: createdAt.toISOString(),
    updated_at: updatedAt.toISOString(),
  };
}

export function toTokensJson({ user, tokens }: Grant): z.output<typeof tokensJson> {
  if (tokens.refresh === undefined) throw new Error("a program always gets a new refresh token");
  return {
    access_token: tokens.access,
    token_type: "Bearer",
    expires_in: ACCESS_SECONDS,
    refresh_token: tokens.refresh,
    user: { id: user.id, username: user.username, full_name: user.fullName, role: user.role },
  };
}

/** Undefined where there is nothing to choose: the shop has one store, or the person works everywhere. */
export function storeBoxes({ role }: User, all: readonly Store[], given: readonly number[]) {
  if (all.length < 2 || role === "admin") return undefined;
  return all.map(({ id, name }) => ({ id, name, checked: given.includes(id) }));
}

/** A form nobody has sent yet. */
export function emptyForm(values: Record<string, string> = {}): FormState {
  return { values, errors: {} };
}

export function roleOptions(text: Text): { value: string; label: string }[] {
  return [...ROLES].reverse().map((value) => ({ value, label: text.t(`auth.roles.${value}`) }));
}

export function toUserRow(user: User, text: Text) {
  return {
    href: `/users/${user.id}`,
    username: user.username,
    fullName: user.fullName,
    role: text.t(`auth.roles.${user.role}`),
    active: user.active,
    state: text.t(user.active ? "auth.users.active" : "auth.users.inactive"),
  };
}

/** What may keep a person outside, as the person's page shows it. */
export function doorsOf(
  { lockedUntil, hasSecondFactor }: { lockedUntil: Date | undefined; hasSecondFactor: boolean },
  text: Text,
  timeZone: string,
  isOneself: boolean,
) {
  return {
    locked: lockedUntil && text.t("auth.doors.locked", { until: text.dateTime(lockedUntil, timeZone) }),
    // one's own takes the password and a code, on the page of the account
    mayTurnOff: hasSecondFactor && !isOneself,
    secondFactor: text.t(hasSecondFactor ? "auth.doors.totp_on" : "auth.doors.totp_off"),
  };
}
