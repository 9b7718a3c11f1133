/** Coming in and going out. */
import { localPath } from "../../../../kernel/http/local-path.ts";
import { page, redirect } from "../../../../kernel/http/reply.ts";
import { type FormState, type Route, route } from "../../../../kernel/http/route.ts";
import type { Text } from "../../../../kernel/i18n.ts";
import { goneCookies, sessionCookies } from "../../cookies.ts";
import { emptyForm } from "../../present.ts";
import { loginForm, loginQuery } from "../../schema.ts";
import type { Sessions } from "../../sessions.ts";
import type { SetupDesk } from "../../setup.ts";
import type { SignIn } from "../../sign-in.ts";

export interface SignInPageParts {
  signIn: SignIn;
  sessions: Pick<Sessions, "end">;
  setup: Pick<SetupDesk, "isDone">;
}

export function signInPages({ signIn, sessions, setup }: SignInPageParts): Route[] {
  return [
    route({
      method: "GET",
      path: "/login",
      surface: "page",
      access: "public",
      query: loginQuery,
      handle: async ({ session, query, text }) => {
        if (session) return redirect("/");
        if (!(await setup.isDone())) return redirect("/setup");
        return draw(text, emptyForm({ next: localPath(query.next) }));
      },
    }),
    route({
      method: "POST",
      path: "/login",
      surface: "page",
      access: "public",
      body: loginForm,
      throttle: { limit: "login", by: ({ body }) => body.username },
      redraw: async ({ text }, form) => draw(text, form),
      handle: async ({ body, session, address }) => {
        const { tokens } = await signIn.signIn(body, "cookie", address);
        if (session) await sessions.end(session.id);
        return redirect(localPath(body.next), { cookies: sessionCookies(tokens) });
      },
    }),
    route({
      method: "POST",
      path: "/logout",
      surface: "page",
      // somebody whose session is over has the same wish
      access: "public",
      handle: async ({ session }) => {
        if (session) await sessions.end(session.id);
        return redirect("/login", { cookies: goneCookies() });
      },
    }),
  ];
}

function draw(text: Text, form: FormState) {
  return page("auth/login", { title: text.t("auth.login.title"), form });
}
