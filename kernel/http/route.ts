/** A route: what it takes, who may use it, what it answers. Leaving `access` out does not compile. */
import type { Logger } from "pino";
import type { z } from "zod";
import type { Tx } from "../db/database.ts";
import type { AppError } from "../errors.ts";
import type { Text } from "../i18n.ts";
import type { InputSchema } from "../input.ts";
import type { Shop } from "../settings/shop.ts";
import type { Store } from "../stores/store.ts";
import type { Model, Reply } from "./reply.ts";
import type { Approval, Session } from "./session.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
/** page: HTML; v1 and v2: JSON under /api/v1 and /api/v2; ops: health, metrics, documentation */
export type Surface = "page" | "v1" | "v2" | "ops";
/**
 * `override`: a person without the permission may do it this once when somebody who has it approves with the own PIN;
 * then `request.approval` names that person. `also`: what the person must have besides, which nobody can approve.
 */
export type Access = "public" | "signed-in" | { permission: string; also?: readonly string[]; override?: true };

/** Whether a request is done once however often it is sent; optional: if it says that it is the same one. */
export type Once = boolean | "optional";

/**
 * login: `by` names whom a request is counted for, e.g. the account it wants to sign in to, compared without case and accents. A
 * browser that is known from before has turns of its own, so that a stranger cannot use up those of the account's owner.
 * codes: counted for the person who asks, wherever; `counts` says whether the body names a code that could be a guess.
 * letters: counted in the same way, each request that has a letter sent to an address somebody types.
 */
export type Throttle<B> =
  | { limit: "login"; by(request: { body: B }): string }
  | { limit: "codes" | "letters"; counts?(request: { body: B }): boolean };

/** A file sent by a form (multipart, field `file`) or as the whole body (`uploadTypes`). */
export interface UploadedFile {
  name: string;
  content: Buffer;
}

export interface Request<P, Q, B, A extends Access, I extends Once> {
  id: string;
  path: string;
  params: P;
  query: Q;
  body: B;
  /** present on routes with `upload` when a file came */
  file: UploadedFile | undefined;
  session: A extends "public" ? Session | undefined : Session;
  /** what the person may do, and what was approved for this request alone */
  can(permission: string): boolean;
  /** who approved this request on the spot, when somebody had to */
  approval: Approval | undefined;
  text: Text;
  /** of the store that the route says it is about, otherwise the shop as a whole */
  shop: Shop;
  /** where the person works, those out of use as well; of a visitor: all */
  stores: readonly Store[];
  log: Logger;
  /** scheme and host that the client asked, as far as TRUST_PROXY lets us believe them; no slash at the end */
  origin: string;
  /** the client's address, as far as TRUST_PROXY lets us believe it */
  address: string;
  /** nobody stood between who asks and us, as far as the headers tell; a proxy of this machine has an address of it */
  direct: boolean;
  /** the bearer token as it was sent, whatever it is worth */
  bearer: string | undefined;
  /** on a probe, of which nobody is asked who it is before the handler: the session, which may cost a question to the database */
  whoAsks(): Promise<Session | undefined>;
  /** true: HTMX swaps a part of the page, and the rest is not drawn */
  inPart: boolean;
  /** the formats that the client takes (Accept); empty: any */
  accept: string;
  /** what the client calls itself (User-Agent), cut; not to be believed */
  agent: string;
  /** what the browser keeps for us under that name; not to be believed without a mark of ours */
  cookie(name: string): string | undefined;
  /** on idempotent routes: the transaction that also keeps the key; write in it and in nothing else */
  tx: I extends true ? Tx : I extends "optional" ? Tx | undefined : undefined;
}

/** What is known of a request before its query and body are read by their schemas: of the query the ids; `sent` is not to be believed. */
export type Asking = Pick<AnyRequest, "params" | "query" | "session" | "stores" | "cookie"> & { sent: unknown };

// biome-ignore lint/suspicious/noExplicitAny: a request of any route
type AnyRequest = Request<any, any, any, Access, Once>;

/** What a refused form is drawn again with: typed values by field, sentences by field, one sentence above the form. */
export interface FormState {
  values: Record<string, string>;
  errors: Record<string, string>;
  message?: string;
}

export interface RouteOptions<P, Q, B, A extends Access, I extends Once> {
  method: Method;
  /** full path with `:name` parts, e.g. `/api/v1/products/:id` */
  path: string;
  surface: Surface;
  access: A;
  params?: InputSchema<P>;
  query?: InputSchema<Q>;
  body?: InputSchema<B>;
  /**
   * A machine asks how we are: nobody is signed in, no limit counts it, and neither database nor Redis is asked before the
   * handler, so that it is answered while they hang. Only GET, only public.
   */
  probe?: true;
  /**
   * The store that a request is about; undefined: none, or of something that is not there. Its currency reads the amounts,
   * `shop` says what it goes by, and who does not work there gets STORE_NOT_YOURS. Not asked while the shop has one store.
   */
  store?: (asking: Asking) => Promise<number | undefined>;
  /** accept a file of at most this many bytes */
  upload?: number;
  /** content types of a body that is the file itself; default text/csv */
  uploadTypes?: readonly string[];
  /** bytes of body accepted; default 1 MiB */
  limit?: number;
  /** counts this request against a limit of its own, by what the body says; judged after the schemas, before the handler */
  throttle?: Throttle<B>;
  /**
   * Needs a key (header Idempotency-Key, or the form's hidden field), runs in one transaction, replays its answer. `optional`: where
   * the caller sends one; without it the request does its work anew each time, outside of a transaction.
   */
  idempotent?: I;
  /** permissions that the handler may find missing on the way and that somebody may approve on the spot (approval.ts) */
  approvals?: readonly string[];
  /**
   * What somebody else is about to approve, in lines for the page that asks for the PIN: nobody approves unseen. It is asked again when the
   * PIN comes, at last in the transaction of the deed: with `tx` it holds what it tells of, so that nobody changes that before the deed.
   */
  describe?: (request: Request<P, unknown, B, A, "optional">) => Promise<string[]>;
  /** page routes: the views that HTMX may swap alone, by the id of the element they replace */
  fragments?: Record<string, string>;
  /** page routes: draws the form again with what was typed; without it a plain error page is shown */
  redraw?: (request: Request<P, unknown, unknown, A, false>, form: FormState, error: AppError) => Promise<Reply>;
  /** API routes, for OpenAPI: one sentence, and the shape of the answer by status */
  summary?: string;
  returns?: Record<number, z.ZodType | null>;
  handle: (request: Request<P, Q, B, A, I>) => Promise<Reply>;
}

/** A route with its types forgotten, as the kernel keeps it. */
// biome-ignore lint/suspicious/noExplicitAny: routes of every shape stand in one list
export type Route = RouteOptions<any, any, any, any, any>;

export function route<
  P = undefined,
  Q = undefined,
  B = undefined,
  const A extends Access = Access,
  I extends Once = false,
>(options: RouteOptions<P, Q, B, A, I>): Route {
  return options;
}

export type { Model };
