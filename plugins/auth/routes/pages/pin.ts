/** One's own PIN. */
import { page, type Reply, redirect } from "../../../../kernel/http/reply.ts";
import { type FormState, type Route, route } from "../../../../kernel/http/route.ts";
import type { Session } from "../../../../kernel/http/session.ts";
import type { Text } from "../../../../kernel/i18n.ts";
import { APPROVE, type Pins } from "../../pins.ts";
import { emptyForm } from "../../present.ts";
import { noPinBody, pinForm } from "../../schema-access.ts";
import { actorOf } from "../actor.ts";

const access = { permission: APPROVE } as const;

export function pinPages({ pins }: { pins: Pins }): Route[] {
  const draw = async (
    { session, text }: { session: Session; text: Text },
    form: FormState = emptyForm(),
    removal: FormState = emptyForm(),
  ): Promise<Reply> =>
    page("auth/pin", {
      title: text.t("auth.pin.title"),
      username: session.user.username,
      has: await pins.has(session.user.id),
      form,
      removal,
    });

  return [
    route({
      method: "GET",
      path: "/account/pin",
      surface: "page",
      access,
      handle: (request) => draw(request),
    }),
    route({
      method: "POST",
      path: "/account/pin",
      surface: "page",
      access,
      body: pinForm,
      redraw: (request, form) => draw(request, form),
      handle: async (request) => {
        await pins.set(actorOf(request), request.body.current_password, request.body.pin);
        return redirect("/account", { flash: { text: "auth.flash.pin_set" } });
      },
    }),
    route({
      method: "POST",
      path: "/account/pin/remove",
      surface: "page",
      access,
      body: noPinBody,
      redraw: (request, form) => draw(request, undefined, form),
      handle: async (request) => {
        await pins.remove(actorOf(request), request.body.current_password);
        return redirect("/account", { flash: { text: "auth.flash.pin_removed" } });
      },
    }),
  ];
}
