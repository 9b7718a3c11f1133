/** What pages and API share. */

import type { Database } from "../../../kernel/db/database.ts";
import { kernelErrors } from "../../../kernel/errors.ts";
import { encodeCursor, readCursor } from "../../../kernel/http/cursor.ts";
import type { Session } from "../../../kernel/http/session.ts";
import type { CustomerAction, CustomerCardOnPage } from "../api.ts";
import type { Register } from "../customers.ts";
import type { AccountEntry, Actor, Customer, CustomerFacts } from "../domain.ts";
import type { Groups } from "../groups.ts";
import type { MergeActor, Merging } from "../merging.ts";

export const READ = { permission: "customers.read" } as const;
export const MANAGE = { permission: "customers.manage" } as const;
export const CREDIT = "customers.credit";
export const ERASE = "customers.erase";
export const ADJUST_POINTS = "customers.points";
/** Sending reminders of debts. */
export const REMIND = "customers.remind";
export const MERGE = "customers.merge";
export const GROUPS = "customers.groups";
export const IMPORT = "customers.import";
export const EXPORT = "customers.export";

export interface RouteParts {
  register: Register;
  transaction: Database["transaction"];
  actions: readonly CustomerAction[];
  groups: Groups;
  merging: Merging;
  cards: readonly CustomerCardOnPage[];
}

export function actorOf({ session, address }: { session: Session; address: string }): Actor {
  return { user: { id: session.user.id, username: session.user.username }, address };
}

/** With the name that stands on what is written. */
export function mergeActor(request: { session: Session; address: string }): MergeActor {
  const { user, address } = actorOf(request);
  return { user: { ...user, fullName: request.session.user.fullName }, address };
}

/** Throws FORBIDDEN when somebody sets a limit that he may not set. */
export function limitOf(
  { credit_limit: limit }: { credit_limit?: number | undefined },
  { can }: { can(permission: string): boolean },
): Partial<Pick<CustomerFacts, "creditLimitMinor">> {
  if (limit === undefined) return {};
  if (!can(CREDIT)) throw kernelErrors.FORBIDDEN();
  return { creditLimitMinor: limit };
}

/** What the body says of the group. Throws FORBIDDEN when somebody puts a customer in one who may not: groups have prices of their own. */
export function groupOf(
  body: { group_id?: number | undefined },
  { can }: { can(permission: string): boolean },
): Partial<Pick<CustomerFacts, "groupId">> {
  if (!("group_id" in body)) return {};
  if (!can(GROUPS)) throw kernelErrors.FORBIDDEN();
  return { groupId: body.group_id };
}

/** By words, by what they owe, or by name. A search has one page. Throws a fault of the field `cursor`. */
export async function customersPage(
  register: Register,
  query: { q?: string | undefined; owing?: "1" | "" | undefined; cursor?: string | undefined; limit: number },
): Promise<{ rows: Customer[]; next: string | null }> {
  const { q, owing, cursor, limit } = query;
  if (q !== undefined) return { rows: await register.find(q, limit), next: null };
  const found =
    owing === "1"
      ? await register.owing(readCursor(cursor, ["number", "number"]), limit)
      : await register.list(readCursor(cursor, ["string", "number"]), limit);
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  return {
    rows: shown.map(({ customer }) => customer),
    next: found.length > limit && last !== undefined ? encodeCursor(last.key) : null,
  };
}

/** The cursor of the page after this one. */
export function entriesNext(found: readonly AccountEntry[], limit: number): string | null {
  const last = found[limit - 1];
  return found.length > limit && last !== undefined ? encodeCursor([last.id]) : null;
}
