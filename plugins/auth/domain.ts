/** The nouns of this plugin. */

export const ROLES = ["admin", "manager", "employee"] as const;
export type Role = (typeof ROLES)[number];
/** An administrator may do everything, so there is nothing to change about that role. */
export const EDITABLE_ROLES = ["manager", "employee"] as const;
export type EditableRole = (typeof EDITABLE_ROLES)[number];

export interface User {
  id: number;
  username: string;
  fullName: string;
  role: Role;
  active: boolean;
  createdAt: Date;
  updatedAt: Date;
}

/** A user with the hash, which never leaves the services. */
export interface UserSecret extends User {
  passwordHash: string;
}

/** Who does something, and from where, for the audit trail. */
export interface Actor {
  user: { id: number; username: string };
  address: string;
}

/** cookie: a browser's pages; bearer: a program on the API. Neither is taken for the other. */
export type SessionKind = "cookie" | "bearer";

/** Where a request came from, as far as we believe it. */
export interface Origin {
  address: string;
  agent?: string;
}

/** What the bearer of a session holds. Without a refresh token: the one already held stays good. */
export interface Tokens {
  access: string;
  refresh: string | undefined;
}

/** A session just started or renewed. */
export interface Grant {
  sessionId: string;
  user: { id: number; username: string; fullName: string; role: Role };
  tokens: Tokens;
}
