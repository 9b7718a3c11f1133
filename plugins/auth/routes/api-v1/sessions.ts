/** Where people are signed in, and ending it, for programs. */
import { empty, json } from "../../../../kernel/http/reply.ts";
import { type Route, route } from "../../../../kernel/http/route.ts";
import { sessionListJson, toSessionJson } from "../../present-access.ts";
import { userParams } from "../../schema.ts";
import { ownSessionParams, userSessionParams } from "../../schema-access.ts";
import type { Sessions } from "../../sessions.ts";
import type { Users } from "../../users.ts";
import { actorOf } from "../actor.ts";
import { MANAGE } from "../people.ts";

export function sessionsApi({ users, sessions }: { users: Users; sessions: Sessions }): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/auth/sessions",
      surface: "v1",
      access: "signed-in",
      summary: "Where you are signed in, the newest first.",
      returns: { 200: sessionListJson },
      handle: async ({ session }) => {
        const open = await sessions.list(session.user.id);
        return json({ data: open.map((one) => toSessionJson(one, session.id)) });
      },
    }),
    route({
      method: "DELETE",
      path: "/api/v1/auth/sessions/:session",
      surface: "v1",
      access: "signed-in",
      params: ownSessionParams,
      summary: "Ends one of your sessions at once.",
      returns: { 204: null },
      handle: async (request) => {
        await sessions.revoke(actorOf(request), request.session.user.id, { id: request.params.session });
        return empty();
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/users/:id/sessions",
      surface: "v1",
      access: MANAGE,
      params: userParams,
      summary: "Where a person is signed in, the newest first.",
      returns: { 200: sessionListJson },
      handle: async ({ params, session }) => {
        const { id } = await users.get(params.id);
        return json({ data: (await sessions.list(id)).map((one) => toSessionJson(one, session.id)) });
      },
    }),
    route({
      method: "DELETE",
      path: "/api/v1/users/:id/sessions",
      surface: "v1",
      access: MANAGE,
      params: userParams,
      summary: "Ends all sessions of a person at once.",
      returns: { 204: null },
      handle: async (request) => {
        const { id } = await users.get(request.params.id);
        await sessions.revoke(actorOf(request), id, { allBut: undefined });
        return empty();
      },
    }),
    route({
      method: "DELETE",
      path: "/api/v1/users/:id/sessions/:session",
      surface: "v1",
      access: MANAGE,
      params: userSessionParams,
      summary: "Ends one session of a person at once.",
      returns: { 204: null },
      handle: async (request) => {
        await sessions.revoke(actorOf(request), request.params.id, { id: request.params.session });
        return empty();
      },
    }),
  ];
}
