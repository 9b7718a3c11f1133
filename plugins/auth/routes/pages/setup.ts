/** The first page of a new shop. */
import { page, redirect } from "../../../../kernel/http/reply.ts";
import { type FormState, type Route, route } from "../../../../kernel/http/route.ts";
import type { Text } from "../../../../kernel/i18n.ts";
import { sessionCookies } from "../../cookies.ts";
import type { Devices } from "../../devices.ts";
import { emptyForm } from "../../present.ts";
import { setupForm } from "../../schema.ts";
import type { SetupDesk } from "../../setup.ts";

interface SetupPageParts {
  setup: SetupDesk;
  devices: Pick<Devices, "cookieFor">;
}

export function setupPages({ setup, devices }: SetupPageParts): Route[] {
  return [
    route({
      method: "GET",
      path: "/setup",
      surface: "page",
      access: "public",
      handle: async ({ text }) => ((await setup.isDone()) ? redirect("/login") : draw(text, emptyForm())),
    }),
    route({
      method: "POST",
      path: "/setup",
      surface: "page",
      access: "public",
      body: setupForm,
      redraw: async ({ text }, form) => ((await setup.isDone()) ? redirect("/login") : draw(text, form)),
      handle: async ({ body, address, agent }) => {
        const { code, shop_name: shopName, full_name: fullName, username, password } = body;
        const grant = await setup.complete({ code, shopName, fullName, username, password }, { address, agent });
        if (!grant) return redirect("/login", { flash: { text: "auth.flash.setup_done_before" } });
        const cookies = [...sessionCookies(grant.tokens), devices.cookieFor(undefined, grant.user.id)];
        return redirect("/", { cookies, flash: { text: "auth.flash.setup_done" } });
      },
    }),
  ];
}

function draw(text: Text, form: FormState) {
  return page("auth/setup", { title: text.t("auth.setup.title"), form });
}
