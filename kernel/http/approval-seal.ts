/**
 * A PIN is good for what its page showed. Hidden fields can be edited, and a cart be changed on another screen, while somebody
 * reads: the page carries a mark of what it showed, and what is asked for when the PIN comes is compared with it.
 */
import type { Tx } from "../db/database.ts";
import { kernelErrors } from "../errors.ts";
import type { Request, Route } from "./route.ts";
import type { Seal } from "./session.ts";

// biome-ignore lint/suspicious/noExplicitAny: the schemas have decided the shapes by now
type AnyRequest = Request<any, any, any, any, any>;

export interface Shown {
  permission: string;
  /** the lines for who approves, in the reader's language */
  details: string[];
  /** everything that was typed, for the hidden fields */
  kept: { name: string; value: string }[];
}

/** What is asked for as it stands now; within a transaction it stays so until that ends. Throws what the route's `describe` throws. */
export async function shownOf(
  route: Route,
  request: AnyRequest,
  asked: { permission: string; data: unknown },
  tx?: Tx,
): Promise<Shown> {
  const details = (await route.describe?.({ ...request, tx })) ?? [];
  return { permission: asked.permission, details, kept: typed(asked.data) };
}

/** Whose session, which route with which ids, what was typed and what was shown: all that a PIN is good for. */
export function markedText({ method }: Route, { session, path, text }: AnyRequest, shown: Shown): string {
  const { permission, details, kept } = shown;
  // browsers write the line breaks of a hidden field as they like
  const fields = kept.map(({ name, value }) => [name, value.replace(/\r\n?/g, "\n")]);
  return JSON.stringify([session?.id, method, path, text.locale, permission, fields, details]);
}

/** Throws APPROVAL_CHANGED when what is asked for is not what the page with that mark showed. */
export async function checkShown(
  seal: Seal,
  route: Route,
  request: AnyRequest,
  asked: { permission: string; username: string; mark: string; data: unknown },
  tx?: Tx,
): Promise<void> {
  const { permission, username: approver, mark } = asked;
  const shown = await shownOf(route, request, asked, tx);
  if (!seal.isGood(markedText(route, request, shown), mark))
    throw kernelErrors.APPROVAL_CHANGED({ data: { permission, approver } });
}

function typed(sent: unknown): Shown["kept"] {
  if (typeof sent !== "object" || sent === null) return [];
  return Object.entries(sent).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one) => ({ name, value: String(one) })),
  );
}
