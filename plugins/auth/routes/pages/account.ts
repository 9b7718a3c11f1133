/** One's own page: who I am here, and a new password. */
import { page, redirect } from "../../../../kernel/http/reply.ts";
import { type FormState, type Route, route } from "../../../../kernel/http/route.ts";
import type { Session } from "../../../../kernel/http/session.ts";
import type { Text } from "../../../../kernel/i18n.ts";
import { APPROVE } from "../../pins.ts";
import { emptyForm } from "../../present.ts";
import { ownPasswordForm } from "../../schema.ts";
import type { Users } from "../../users.ts";
import { actorOf } from "../actor.ts";

export function accountPages({ users }: { users: Users }): Route[] {
  return [
    route({
      method: "GET",
      path: "/account",
      surface: "page",
      access: "signed-in",
      handle: async ({ session, text }) => draw(session, text, emptyForm()),
    }),
    route({
      method: "POST",
      path: "/account/password",
      surface: "page",
      access: "signed-in",
      body: ownPasswordForm,
      redraw: async ({ session, text }, form) => draw(session, text, form),
      handle: async (request) => {
        const { current_password, password } = request.body;
        await users.changePassword(actorOf(request), request.session.id, current_password, password);
        return redirect(request.session.hold ? "/" : "/account", { flash: { text: "auth.flash.own_password" } });
      },
    }),
  ];
}

function draw({ user, permissions, hold }: Session, text: Text, form: FormState) {
  const { username, fullName, role } = user;
  const person = { username, fullName, role: text.t(`auth.roles.${role}`) };
  const mustChange = hold !== undefined;
  const mayApprove = permissions.has(APPROVE);
  return page("auth/account", { title: text.t("auth.account.title"), person, mustChange, mayApprove, form });
}
