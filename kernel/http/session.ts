/** Who is asking. The kernel defines the port; a plugin (auth) provides it. Without a provider only public routes answer. */
import type { Context } from "koa";
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
}

export interface Authenticator {
  /** The session of a request, or undefined. May renew cookies on the context. Never throws for a bad token. */
  authenticate(context: Context): Promise<Session | undefined>;
  /** Where a visitor without a session is sent: `/login`, or `/setup` before the first user exists. */
  entrance(): Promise<string>;
  /** The page where a person looks after the own account, for the menu beside the name. */
  readonly account?: string;
}

export const authenticatorRef = serviceRef<Authenticator>("authenticator");
