/**
 * Approval on the spot: what a person may not do, somebody who may does approve this once with the own PIN, without anybody
 * being signed out. A route says what may be approved (`access.override`, `approvals`); the PIN comes with the same form or
 * body that asks for the deed, and the grant is written in the transaction of the deed: one approval, one deed. A page's PIN is
 * good for what that page showed (approval-seal.ts); a program names what it asks for in the body that brings the PIN.
 */
import { z } from "zod";
import type { Auditor } from "../audit.ts";
import type { Tx } from "../db/database.ts";
import { type AppError, approvalNeeded, kernelErrors } from "../errors.ts";
import { checkShown, markedText, shownOf } from "./approval-seal.ts";
import { errorSentence } from "./faults.ts";
import { isLocalPath } from "./local-path.ts";
import { page, type Reply } from "./reply.ts";
import type { Request, Route } from "./route.ts";
import type { Approval, Authenticator, Session } from "./session.ts";

// biome-ignore lint/suspicious/noExplicitAny: the schemas have decided the shapes by now
type AnyRequest = Request<any, any, any, any, any>;

/** The hidden and the typed fields of the page that asks for a PIN. */
const FIELDS = { permission: "_approval", username: "_approver", pin: "_pin", back: "_back", mark: "_seal" } as const;
/** The member of a JSON body; the permission may be left out where a route has only one. */
export const approvalMember = z.strictObject({
  permission: z.string().max(100).optional(),
  username: z.string().max(100),
  pin: z.string().max(20),
});

export interface AskedApproval {
  permission: string;
  username: string;
  pin: string;
  /** of what its page showed; of programs none */
  mark?: string;
  /** the page the deed was begun on */
  back?: string;
}

/** The permissions that may be approved on a route. */
export function approvable(route: Route): readonly string[] {
  const own = typeof route.access === "object" && route.access.override ? [route.access.permission] : [];
  return [...own, ...(route.approvals ?? [])];
}

/** The permission of the route itself that the person lacks and somebody else may approve. */
export function lackedOverride(route: Route, session: Session | undefined): string | undefined {
  if (typeof route.access !== "object" || !route.access.override) return undefined;
  return session?.permissions.has(route.access.permission) ? undefined : route.access.permission;
}

/** Takes the PIN and its owner out of a body before a schema sees it, so that they are in no form and in no stored hash. */
export function takeApproval(route: Route, data: unknown): { rest: unknown; asked: AskedApproval | undefined } {
  if (typeof data !== "object" || data === null || Array.isArray(data)) return { rest: data, asked: undefined };
  if (route.surface === "page") {
    const fields = data as Record<string, unknown>;
    const { [FIELDS.permission]: permission, [FIELDS.username]: username, [FIELDS.pin]: pin, ...others } = fields;
    const { [FIELDS.back]: back, [FIELDS.mark]: mark, ...rest } = others;
    if (typeof permission !== "string" || typeof username !== "string" || typeof pin !== "string")
      return { rest, asked: undefined };
    const said = { permission, username, pin, mark: typeof mark === "string" ? mark : "" };
    return { rest, asked: { ...said, ...(isLocalPath(back) ? { back } : {}) } };
  }
  const [first] = approvable(route);
  if (first === undefined || !("approval" in data)) return { rest: data, asked: undefined };
  const { approval, ...rest } = data;
  const read = approvalMember.safeParse(approval);
  if (!read.success) throw approvalFault();
  return { rest, asked: { ...read.data, permission: read.data.permission ?? first } };
}

/**
 * The approval of a request; undefined when none is needed. `beforePin`: what is looked at before anybody's PIN is tried.
 * @throws APPROVAL_NEEDED, FORBIDDEN for what nobody can approve here, and what the authenticator says of a wrong PIN
 */
export async function approvalFor(
  authenticator: Authenticator | undefined,
  route: Route,
  request: AnyRequest,
  asked: AskedApproval | undefined,
  beforePin: () => Promise<void>,
): Promise<Approval | undefined> {
  const lacked = lackedOverride(route, request.session);
  if (!asked) {
    if (lacked !== undefined) throw approvalNeeded(lacked);
    return undefined;
  }
  if (!request.session || !authenticator?.approve || !approvable(route).includes(asked.permission))
    throw kernelErrors.FORBIDDEN();
  if (request.session.permissions.has(asked.permission)) return undefined;
  await beforePin();
  const action = `${route.method} ${route.path}`;
  return authenticator.approve(request.session, {
    ...asked,
    action,
    storeId: request.shop.storeId,
    address: request.address,
  });
}

/** Throws APPROVAL_CHANGED when a page asks for something else now than it showed; `tx`: and it stays so until that ends. */
export async function checkAsked(
  authenticator: Authenticator | undefined,
  route: Route,
  request: AnyRequest,
  { asked, data }: { asked: AskedApproval | undefined; data: unknown },
  tx?: Tx,
): Promise<void> {
  if (route.surface !== "page" || !asked) return;
  if (!authenticator?.seal) throw kernelErrors.FORBIDDEN();
  const { permission, username, mark = "" } = asked;
  await checkShown(authenticator.seal, route, request, { permission, username, mark, data }, tx);
}

/** Says who approved what, beside the deed. */
export async function auditApproval(audit: Auditor, tx: Tx, request: AnyRequest): Promise<void> {
  const { approval, session, address, path } = request;
  if (!approval || !session) return;
  await audit(tx, {
    user: session.user,
    action: "approval.granted",
    subject: `permission:${approval.permission}`,
    after: { approver: approval.by.username, path },
    address,
  });
}

export interface ApprovalPageParts {
  authenticator(): Authenticator | undefined;
  /** the locale key of a permission's sentence */
  permissionText(permission: string): string;
}

/** The page that asks for a PIN and holds everything that was typed; undefined when the error is not about an approval. */
export async function approvalPage(
  { authenticator, permissionText }: ApprovalPageParts,
  route: Route,
  request: AnyRequest,
  sent: { data: unknown; mark: string | undefined; back: string | undefined },
  error: AppError,
): Promise<Reply | undefined> {
  const permission = error.details.data?.["permission"];
  if (route.surface !== "page" || typeof permission !== "string" || !approvable(route).includes(permission))
    return undefined;
  const { approvers, seal } = authenticator() ?? {};
  const people = request.file ? undefined : await approvers?.(permission, request.shop.storeId);
  if (!people || !seal) return undefined;
  const { text } = request;
  const shown = await shownOf(route, request, { permission, data: sent.data });
  const refused = error.code !== "APPROVAL_NEEDED";
  // whoever mistyped a PIN is not told to look again: only what was looked at before is approved by the next one
  const isTold = !refused || error.code === "APPROVAL_CHANGED";
  return page(
    "approval",
    {
      title: text.t("kernel.approval.title"),
      what: text.t(permissionText(permission)),
      details: shown.details,
      action: request.path,
      back: sent.back ?? "/",
      kept: shown.kept,
      mark: isTold ? seal.mark(markedText(route, request, shown)) : (sent.mark ?? ""),
      permission,
      people: people.map((one) => ({ value: one.username, label: one.fullName })),
      chosen: error.details.data?.["approver"],
      refusal: refused ? errorSentence(error, text) : undefined,
    },
    { status: error.status },
  );
}

function approvalFault(): AppError {
  return kernelErrors.VALIDATION({
    fields: [{ path: "approval", code: "FORMAT", text: "kernel.validation.format" }],
  });
}
