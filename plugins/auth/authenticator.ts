/** Who is asking: a bearer token, or the cookies of a browser, which are renewed on the way when they are about to end. */
import type { KeyObject } from "node:crypto";
import type { Context } from "koa";
import koaJwt from "koa-jwt";
import type { Clock } from "../../kernel/clock.ts";
import { readCookie } from "../../kernel/http/cookies.ts";
import type { Authenticator, Hold, Seal, Session } from "../../kernel/http/session.ts";
import { ACCESS_COOKIE, goneCookies, REFRESH_COOKIE, sessionCookies, writeCookies } from "./cookies.ts";
import { DEVICE_COOKIE, type Devices } from "./devices.ts";
import { errors } from "./errors.ts";
import { createGrants, type Declared } from "./permissions.ts";
import type { Pins } from "./pins.ts";
import type { Sessions } from "./sessions.ts";
import type { SetupDesk } from "./setup.ts";
import { epochSeconds, sessionOf, TOKEN_RULES } from "./tokens.ts";
import type { Users } from "./users.ts";
import { createVerified } from "./verified.ts";

const CLAIMS = "authClaims";
const AGENT_LENGTH = 120;
const TOKEN_LENGTH = 1024;

export interface AuthenticatorParts {
  /** the first signs; each is good for verifying */
  keys: readonly KeyObject[];
  clock: Clock;
  sessions: Sessions;
  setup: Pick<SetupDesk, "isDone">;
  pins: Pick<Pins, "approvers" | "approve">;
  users: Pick<Users, "names">;
  workers: NonNullable<Authenticator["workers"]>;
  declared: Declared;
  devices: Pick<Devices, "read">;
  /** for pages that ask for a PIN */
  seal: Seal;
}

/** Whose password somebody else chose can choose another one, see who is signed in, and leave. */
const CHOOSE_PASSWORD: Hold = {
  page: "/account",
  open: ["/account", "/account/password", "/api/v1/auth/password", "/api/v1/auth/me", "/api/v1/auth/logout"],
  refuse: () => errors.PASSWORD_CHANGE_NEEDED(),
};

export function createAuthenticator(parts: AuthenticatorParts): Authenticator {
  const { sessions, setup, pins, users, workers, declared, devices, seal } = parts;
  const verify = tokenCheck(parts);
  const verified = createVerified(parts.clock);
  const permissionsOf = createGrants(declared);

  /** `token`: how it came as well, since it may come in one way and not in the other */
  async function claimsOf(context: Context, token: string): Promise<unknown> {
    const known = verified.claims(token);
    if (known !== undefined) return known;
    await verify(context, async () => {});
    verified.keep(token, context.state[CLAIMS]);
    return context.state[CLAIMS];
  }

  async function sessionFor(id: string | undefined, via: Session["via"]): Promise<Session | undefined> {
    const found = id === undefined ? undefined : await sessions.find(id);
    if (id === undefined || found?.kind !== via) return undefined;
    const permissions = permissionsOf(found.user.role, found.changes);
    const session: Session = { id, user: found.user, permissions, via };
    return found.mustChangePassword ? { ...session, hold: CHOOSE_PASSWORD } : session;
  }

  return {
    async authenticate(context) {
      const token = tokenOf(context);
      // ours has some 300 signs: nobody makes us take apart a long one
      if (token === "" || token.length > TOKEN_LENGTH) return undefined;
      const via = viaOf(context);
      return sessionFor(sessionOf(await claimsOf(context, `${via} ${token}`)), via);
    },
    renew: async (context) =>
      viaOf(context) === "cookie" ? sessionFor(await renewed(context, sessions), "cookie") : undefined,
    visitor(context) {
      const device = devices.read(readCookie(context, DEVICE_COOKIE));
      return device && `device:${device.id}`;
    },
    account: "/account",
    approvers: pins.approvers,
    approve: pins.approve,
    seal,
    names: users.names,
    workers,
    entrance: async () => ((await setup.isDone()) ? "/login" : "/setup"),
  };
}

/** A bad header is a program's mistake: the browser's cookies must not stand in for it. */
function viaOf(context: Context): Session["via"] {
  return context.headers.authorization === undefined ? "cookie" : "bearer";
}

function tokenOf(context: Context): string {
  return context.headers.authorization ?? readCookie(context, ACCESS_COOKIE) ?? "";
}

/** koa-jwt puts the claims of a good token on the context and stays silent about a bad one. */
function tokenCheck({ keys, clock }: AuthenticatorParts): koaJwt.Middleware {
  const { algorithm, issuer, audience } = TOKEN_RULES;
  const options = {
    // its types know no key objects, its code (jsonwebtoken) prefers them
    secret: [...keys] as unknown as Buffer[],
    key: CLAIMS,
    passthrough: true,
    algorithms: [algorithm],
    issuer,
    audience,
    getToken: (context: Context) =>
      context.headers.authorization === undefined ? (readCookie(context, ACCESS_COOKIE) ?? null) : null,
    // read by jsonwebtoken at each verification: the kernel's clock is the only one
    get clockTimestamp() {
      return epochSeconds(clock.now());
    },
  };
  return koaJwt(options);
}

async function renewed(context: Context, sessions: Sessions): Promise<string | undefined> {
  const presented = readCookie(context, REFRESH_COOKIE);
  if (presented === undefined) return undefined;
  const agent = context.get("user-agent").slice(0, AGENT_LENGTH);
  const grant = await sessions.renew(presented, "cookie", { address: context.ip, agent });
  writeCookies(context, grant ? sessionCookies(grant.tokens) : goneCookies());
  return grant?.sessionId;
}
