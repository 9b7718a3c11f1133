/** One's own second factor: shown once, confirmed by its first code, switched off by password and code. */
import { page, redirect } from "../../../../kernel/http/reply.ts";
import { type FormState, type Route, route } from "../../../../kernel/http/route.ts";
import type { Session } from "../../../../kernel/http/session.ts";
import type { Text } from "../../../../kernel/i18n.ts";
import { emptyForm } from "../../present.ts";
import { proofBody } from "../../schema-doors.ts";
import type { SecondFactor } from "../../second-factor.ts";
import { groupsOf, qrOf, uriOf } from "../../totp.ts";
import { actorOf } from "../actor.ts";

export function secondFactorPages({ secondFactor }: { secondFactor: SecondFactor }): Route[] {
  const draw = async ({ session, text, shop }: Asked, form: FormState) => {
    const { id, username } = session.user;
    const [isOn, secret] = await Promise.all([secondFactor.isOn(id), secondFactor.begun(id)]);
    const shown = secret && { qr: qrOf(uriOf(secret, shop.name, username)), secret: groupsOf(secret) };
    const model = { title: text.t("auth.totp.title"), username, isOn, begun: isOn ? undefined : shown, form };
    return page("auth/totp", model);
  };

  return [
    route({
      method: "GET",
      path: "/account/totp",
      surface: "page",
      access: "signed-in",
      handle: async (request) => draw(request, emptyForm()),
    }),
    route({
      method: "POST",
      path: "/account/totp/begin",
      surface: "page",
      access: "signed-in",
      redraw: async (request, form) => draw(request, form),
      handle: async ({ session }) => {
        await secondFactor.begin(session.user.id);
        return redirect("/account/totp");
      },
    }),
    route({
      method: "POST",
      path: "/account/totp",
      surface: "page",
      access: "signed-in",
      body: proofBody,
      redraw: async (request, form) => draw(request, form),
      handle: async (request) => {
        const { current_password: password, totp: code } = request.body;
        await secondFactor.confirm(actorOf(request), request.session.id, { password, code });
        return redirect("/account/totp", { flash: { text: "auth.flash.totp_on" } });
      },
    }),
    route({
      method: "POST",
      path: "/account/totp/off",
      surface: "page",
      access: "signed-in",
      body: proofBody,
      redraw: async (request, form) => draw(request, form),
      handle: async (request) => {
        const { current_password: password, totp: code } = request.body;
        await secondFactor.turnOff(actorOf(request), { password, code });
        return redirect("/account/totp", { flash: { text: "auth.flash.totp_off" } });
      },
    }),
  ];
}

type Asked = { session: Session; text: Text; shop: { name: string } };
