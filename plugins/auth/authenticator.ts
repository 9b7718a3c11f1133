/** Who is asking: a bearer token, or the cookies of a browser, which are renewed on the way when they are about to end. */
import type { KeyObject } from "node:crypto";
import type { Context } from "koa";
import koaJwt from "koa-jwt";
import type { Clock } from "../../kernel/clock.ts";
import { readCookie } from "../../kernel/http/cookies.ts";
import type { Authenticator, Session } from "../../kernel/http/session.ts";
import { ACCESS_COOKIE, goneCookies, REFRESH_COOKIE, sessionCookies, writeCookies } from "./cookies.ts";
import type { PermissionsOf } from "./permissions.ts";
import type { Sessions } from "./sessions.ts";
import type { SetupDesk } from "./setup.ts";
import { epochSeconds, sessionOf, TOKEN_RULES } from "./tokens.ts";

const CLAIMS = "authClaims";
const AGENT_LENGTH = 120;

export interface AuthenticatorParts {
  key: KeyObject;
  clock: Clock;
  sessions: Sessions;
  setup: Pick<SetupDesk, "isDone">;
  permissionsOf: PermissionsOf;
}

export function createAuthenticator(parts: AuthenticatorParts): Authenticator {
  const { sessions, setup, permissionsOf } = parts;
  const verify = tokenCheck(parts);

  return {
    async authenticate(context) {
      // a bad header is a program's mistake: the browser's cookies must not stand in for it
      const via = context.headers.authorization === undefined ? "cookie" : "bearer";
      await verify(context, async () => {});
      const id = sessionOf(context.state[CLAIMS]) ?? (via === "cookie" ? await renew(context, sessions) : undefined);
      const found = id === undefined ? undefined : await sessions.find(id);
      if (id === undefined || found?.kind !== via) return undefined;
      return { id, user: found.user, permissions: permissionsOf(found.user.role), via } satisfies Session;
    },
    account: "/account",
    entrance: async () => ((await setup.isDone()) ? "/login" : "/setup"),
  };
}

/** koa-jwt puts the claims of a good token on the context and stays silent about a bad one. */
function tokenCheck({ key, clock }: AuthenticatorParts): koaJwt.Middleware {
  const { algorithm, issuer, audience } = TOKEN_RULES;
  const options = {
    // its types know no key objects, its code (jsonwebtoken) prefers them
    secret: key as unknown as Buffer,
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

async function renew(context: Context, sessions: Sessions): Promise<string | undefined> {
  const presented = readCookie(context, REFRESH_COOKIE);
  if (presented === undefined) return undefined;
  const agent = context.get("user-agent").slice(0, AGENT_LENGTH);
  const grant = await sessions.renew(presented, "cookie", { address: context.ip, agent });
  writeCookies(context, grant ? sessionCookies(grant.tokens) : goneCookies());
  return grant?.sessionId;
}
