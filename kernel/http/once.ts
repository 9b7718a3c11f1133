/** Requests with a key: one deed each, however often they are sent. */
import { createHash } from "node:crypto";
import type { Auditor } from "../audit.ts";
import type { Database, Tx } from "../db/database.ts";
import { kernelErrors } from "../errors.ts";
import { auditApproval } from "./approval.ts";
import { runIdempotent } from "./idempotency.ts";
import type { Reply } from "./reply.ts";
import type { Request, Route } from "./route.ts";

// biome-ignore lint/suspicious/noExplicitAny: the schemas have decided the shapes by now
type AnyRequest = Request<any, any, any, any, any>;

const KEY = /^[\x21-\x7e]{1,128}$/;

/** Where a key is not required, one is honoured all the same: whoever sends it may send the request again. */
export function wantsOnce({ idempotent }: Route, key: string): boolean {
  return idempotent === true || (idempotent === "optional" && key !== "");
}

/** The key has done its deed: what is sent with it gets the first answer, whatever has changed since. */
export async function isDone({ db }: { db: Database }, route: Route, request: AnyRequest, key: string) {
  if (!KEY.test(key)) return false;
  const { rows } = await db.primary.raw("SELECT 1 FROM idempotency_keys WHERE scope = ? AND key = ?", [
    scopeOf(route, request),
    key,
  ]);
  return rows.length > 0;
}

/**
 * Runs the handler in the transaction that also keeps its key and answer; a replay gets the first answer. `checkApproved`: before a deed that
 * somebody approved, in its transaction.
 */
export async function once(
  { db, audit }: { db: Database; audit: Auditor },
  route: Route,
  request: AnyRequest,
  key: string,
  data: unknown,
  checkApproved: (tx: Tx) => Promise<void>,
): Promise<Reply> {
  if (!KEY.test(key)) throw kernelErrors.IDEMPOTENCY_KEY_MISSING();
  const { reply, replayed } = await runIdempotent({
    db,
    scope: scopeOf(route, request),
    key,
    requestHash: hashOf(route, request, data),
    work: async (tx: Tx) => {
      if (request.approval) await checkApproved(tx);
      await auditApproval(audit, tx, request);
      return storable(await route.handle(Object.assign({}, request, { tx })));
    },
  });
  if (reply.status === 303) return reply.body as Reply;
  return { kind: "json", status: replayed && reply.status === 201 ? 200 : reply.status, body: reply.body };
}

function scopeOf({ method, path }: Route, { session, address }: AnyRequest): string {
  return `${method} ${path} ${session ? `user ${session.user.id}` : `address ${address}`}`;
}

/** The same key with another body is a mistake of a program. A form sent again is a double click, whatever it holds. */
function hashOf(route: Route, request: AnyRequest, data: unknown): string {
  const parts =
    route.surface === "page" ? [request.path] : [request.path, data, request.file?.content.toString("base64")];
  return createHash("sha256").update(JSON.stringify(parts)).digest("base64url");
}

function storable(reply: Reply): { status: number; body: unknown } {
  if (reply.kind === "json") return { status: reply.status, body: reply.body };
  if (reply.kind === "redirect" && !reply.cookies) return { status: 303, body: reply };
  if (reply.kind === "empty") return { status: reply.status, body: null };
  throw new Error(`an idempotent route answers JSON or a redirect, not ${reply.kind}`);
}
