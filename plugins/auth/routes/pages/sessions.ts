/** Where a person is signed in: one's own, and anybody's for an administrator. */
import { page, type Reply, redirect } from "../../../../kernel/http/reply.ts";
import { type Route, route } from "../../../../kernel/http/route.ts";
import type { Session } from "../../../../kernel/http/session.ts";
import type { Text } from "../../../../kernel/i18n.ts";
import type { Shop } from "../../../../kernel/settings/shop.ts";
import { toSessionRow } from "../../present-access.ts";
import { userParams } from "../../schema.ts";
import { ownSessionParams, userSessionParams } from "../../schema-access.ts";
import type { Sessions } from "../../sessions.ts";
import type { Users } from "../../users.ts";
import { actorOf } from "../actor.ts";
import { MANAGE } from "../people.ts";

interface Asking {
  session: Session;
  text: Text;
  shop: Shop;
}

const OWN = "/account/sessions";
const ended = { text: "auth.flash.session_ended" };

export function sessionPages({ users, sessions }: { users: Users; sessions: Sessions }): Route[] {
  const draw = async (of: { id: number; fullName: string }, base: string, back: string, asking: Asking) => {
    const { session, text, shop } = asking;
    const open = await sessions.list(of.id);
    const own = of.id === session.user.id;
    return page("auth/sessions", {
      title: own ? text.t("auth.sessions.own") : text.t("auth.sessions.of", { name: of.fullName }),
      styles: ["auth/auth.css"],
      rows: open.map((one) => toSessionRow(one, session.id, base, text, shop.timeZone)),
      // the session in use goes on
      endAll: open.some(({ id }) => id !== session.id) ? `${base}/end` : undefined,
      intro: text.t(own ? "auth.sessions.intro" : "auth.sessions.intro_of"),
      endAllText: text.t(own ? "auth.sessions.end_all" : "auth.sessions.end_all_of"),
      back,
    });
  };
  const pathOf = (id: number) => `/users/${id}/sessions`;
  const leave = (asking: Asking, id: string, to: string): Reply =>
    id === asking.session.id ? redirect("/login") : redirect(to, { flash: ended });

  return [
    route({
      method: "GET",
      path: OWN,
      surface: "page",
      access: "signed-in",
      handle: (request) => draw(request.session.user, OWN, "/account", request),
    }),
    route({
      method: "POST",
      path: `${OWN}/end`,
      surface: "page",
      access: "signed-in",
      handle: async (request) => {
        await sessions.revoke(actorOf(request), request.session.user.id, { allBut: request.session.id });
        return redirect(OWN, { flash: ended });
      },
    }),
    route({
      method: "POST",
      path: `${OWN}/:session/end`,
      surface: "page",
      access: "signed-in",
      params: ownSessionParams,
      handle: async (request) => {
        await sessions.revoke(actorOf(request), request.session.user.id, { id: request.params.session });
        return leave(request, request.params.session, OWN);
      },
    }),
    route({
      method: "GET",
      path: "/users/:id/sessions",
      surface: "page",
      access: MANAGE,
      params: userParams,
      handle: async (request) => {
        const user = await users.get(request.params.id);
        return draw(user, pathOf(user.id), `/users/${user.id}`, request);
      },
    }),
    route({
      method: "POST",
      path: "/users/:id/sessions/end",
      surface: "page",
      access: MANAGE,
      params: userParams,
      handle: async (request) => {
        const { id } = await users.get(request.params.id);
        await sessions.revoke(actorOf(request), id, { allBut: request.session.id });
        return redirect(pathOf(id), { flash: ended });
      },
    }),
    route({
      method: "POST",
      path: "/users/:id/sessions/:session/end",
      surface: "page",
      access: MANAGE,
      params: userSessionParams,
      handle: async (request) => {
        const { id, session } = request.params;
        await sessions.revoke(actorOf(request), id, { id: session });
        return leave(request, session, pathOf(id));
      },
    }),
  ];
}
