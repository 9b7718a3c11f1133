/** Who is asking. The kernel defines the port; a plugin (auth) provides it. Without a provider only public routes answer. */
import type { Context } from "koa";
import type { AppError } from "../errors.ts";
import { serviceRef } from "../service.ts";

export interface SignedInUser {
  id: number;
  username: string;
  fullName: string;
  role: string;
}

export interface Session {
  id: string;
  user: SignedInUser;
  permissions: ReadonlySet<string>;
  /** cookie sessions need a form token (CSRF) on every write, bearer tokens do not */
  via: "cookie" | "bearer";
  /** what the person has to do before anything else, e.g. choose an own password; until then every other route is closed */
  hold?: Hold;
}

export interface Hold {
  /** the page where it is done */
  page: string;
  /** the paths of the routes that stay open for it, as they are declared */
  open: readonly string[];
  /** what programs are told elsewhere */
  refuse(): AppError;
}

/** One thing that a person may do this once, because somebody who may do it has said so with the own PIN. */
export interface Approval {
  permission: string;
  by: { id: number; username: string; fullName: string };
}

/** The PIN of somebody who is asked to approve. */
export interface ApprovalTry {
  permission: string;
  username: string;
  pin: string;
  /** what it is for, e.g. `POST /sales/:id/void`, for the audit trail */
  action: string;
  /** where it happens: somebody who does not work there approves nothing there */
  storeId: number | undefined;
  address: string;
}

/** Marks that only this shop can make, on what a browser keeps for us. */
export interface Seal {
  mark(text: string): string;
  isGood(text: string, mark: string): boolean;
}

/** Somebody who works here, whether signed in or not. */
export interface Worker extends SignedInUser {
  permissions: ReadonlySet<string>;
}

export interface Authenticator {
  /** The session of a request, or undefined. Never throws for a bad token. */
  authenticate(context: Context): Promise<Session | undefined>;
  /** Where that found none: one that a browser can renew, with new cookies on the context. It may cost a transaction. */
  renew?(context: Context): Promise<Session | undefined>;
  /** A stable name of a visitor's browser that is known from an earlier sign-in: it is counted by itself, not by its address. */
  visitor?(context: Context): string | undefined;
  /** Where a visitor without a session is sent: `/login`, or `/setup` before the first user exists. */
  entrance(): Promise<string>;
  /** The page where a person looks after the own account, for the menu beside the name. */
  readonly account?: string;
  /** Those who may approve it for somebody else in that store and have a PIN, by name. */
  approvers?(permission: string, storeId: number | undefined): Promise<{ username: string; fullName: string }[]>;
  /** Who people are, by full name, those who do not work here any more too. */
  names?(userIds: readonly number[]): Promise<{ id: number; username: string; fullName: string }[]>;
  /** Those who work here now, by full name, with what they may do; `userIds`: of these only. */
  workers?(userIds?: readonly number[]): Promise<Worker[]>;
  /** Counts the try, audits it, and answers the approval; throws an AppError the person can read when it is refused. */
  approve?(session: Session, asked: ApprovalTry): Promise<Approval>;
  /** For the page that asks for the PIN: its marks are good on every instance, and nobody's who signs in. */
  readonly seal?: Seal;
}

export const authenticatorRef = serviceRef<Authenticator>("authenticator");
