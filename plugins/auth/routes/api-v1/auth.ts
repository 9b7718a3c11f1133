/** Tokens for programs. */
import { empty, json } from "../../../../kernel/http/reply.ts";
import { type Route, route } from "../../../../kernel/http/route.ts";
import { errors } from "../../errors.ts";
import { meJson, tokensJson, toTokensJson } from "../../present.ts";
import { refreshBody } from "../../schema.ts";
import { loginBody } from "../../schema-doors.ts";
import type { Sessions } from "../../sessions.ts";
import type { SignIn } from "../../sign-in.ts";
import { actorOf } from "../actor.ts";

export function authApi({ signIn, sessions }: { signIn: SignIn; sessions: Sessions }): Route[] {
  return [
    route({
      method: "POST",
      path: "/api/v1/auth/login",
      surface: "v1",
      access: "public",
      body: loginBody,
      throttle: { limit: "login", by: ({ body }) => body.username },
      summary:
        "Signs in: an access token for an hour and a refresh token for 30 days; anyone with a second factor also sends its code.",
      returns: { 200: tokensJson },
      handle: async (request) => json(toTokensJson(await signIn.program(request.body, request))),
    }),
    route({
      method: "POST",
      path: "/api/v1/auth/refresh",
      surface: "v1",
      access: "public",
      body: refreshBody,
      summary: "Trades a refresh token for two new tokens; a token used before ends the whole session.",
      returns: { 200: tokensJson },
      handle: async ({ body, address }) => {
        const grant = await sessions.renew(body.refresh_token, "bearer", { address });
        if (!grant) throw errors.REFRESH_INVALID();
        return json(toTokensJson(grant));
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/auth/logout",
      surface: "v1",
      access: "signed-in",
      summary: "Ends the session: its access and refresh tokens are void at once.",
      returns: { 204: null },
      handle: async (request) => {
        await sessions.end(actorOf(request), request.session.id);
        return empty();
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/auth/me",
      surface: "v1",
      access: "signed-in",
      summary: "Who is signed in, and what that person may do.",
      returns: { 200: meJson },
      handle: async ({ session: { user, permissions } }) => {
        const { id, username, fullName, role } = user;
        return json({ id, username, full_name: fullName, role, permissions: [...permissions].sort() });
      },
    }),
  ];
}
