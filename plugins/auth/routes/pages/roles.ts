/** The matrix: which role may do what. */
import { page, type Reply, redirect } from "../../../../kernel/http/reply.ts";
import { type FormState, type Route, route } from "../../../../kernel/http/route.ts";
import type { Text } from "../../../../kernel/i18n.ts";
import { matrixModel } from "../../present-access.ts";
import type { Roles } from "../../roles.ts";
import { rolesForm } from "../../schema-access.ts";
import { actorOf } from "../actor.ts";

const access = { permission: "roles.manage" } as const;

export function rolePages({ roles }: { roles: Roles }): Route[] {
  const draw = async (text: Text, form?: FormState): Promise<Reply> =>
    page("auth/roles", {
      title: text.t("auth.matrix.title"),
      styles: ["auth/auth.css"],
      ...matrixModel(await roles.matrix(), text, form),
      form,
    });

  return [
    route({ method: "GET", path: "/roles", surface: "page", access, handle: ({ text }) => draw(text) }),
    route({
      method: "POST",
      path: "/roles",
      surface: "page",
      access,
      body: rolesForm,
      redraw: ({ text }, form) => draw(text, form),
      handle: async (request) => {
        await roles.change(actorOf(request), request.body);
        return redirect("/roles", { flash: { text: "kernel.flash.saved" } });
      },
    }),
  ];
}
