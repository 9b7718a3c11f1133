/** Coming in and going out. */
import { localPath } from "../../../../kernel/http/local-path.ts";
import { page, redirect } from "../../../../kernel/http/reply.ts";
import { type FormState, type Route, route } from "../../../../kernel/http/route.ts";
import type { Text } from "../../../../kernel/i18n.ts";
import { goneCookies, sessionCookies } from "../../cookies.ts";
import { emptyForm } from "../../present.ts";
import { loginForm, loginQuery } from "../../schema.ts";
import { codeForm, codeQuery } from "../../schema-doors.ts";
import type { Sessions } from "../../sessions.ts";
import type { SetupDesk } from "../../setup.ts";
import type { Entry, SignIn } from "../../sign-in.ts";
import { goneTicket } from "../../ticket.ts";
import { actorOf } from "../actor.ts";

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
        const next = localPath(query.next);
        return draw(text, emptyForm({ next }), next === "/" ? undefined : text.t("auth.login.goes_on"));
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
      handle: async (request) => {
        const { body, session } = request;
        const entry = await signIn.onPage(body, request);
        const next = localPath(body.next);
        if ("ticket" in entry)
          return redirect(`/login/code?next=${encodeURIComponent(next)}`, { cookies: [entry.ticket] });
        if (session) await sessions.end(actorOf({ session, address: request.address }), session.id);
        return enter(entry, next);
      },
    }),
    route({
      method: "GET",
      path: "/login/code",
      surface: "page",
      access: "public",
      query: codeQuery,
      handle: async (request) => {
        const next = localPath(request.query.next);
        return signIn.isHalfWay(request) ? drawCode(request.text, emptyForm({ next })) : startAgain(next);
      },
    }),
    route({
      method: "POST",
      path: "/login/code",
      surface: "page",
      access: "public",
      body: codeForm,
      redraw: async ({ text }, form) => drawCode(text, form),
      handle: async (request) => {
        const { body, session } = request;
        const entry = await signIn.withCode(body.totp, request);
        const next = localPath(body.next);
        if (!entry) return startAgain(next);
        if (session) await sessions.end(actorOf({ session, address: request.address }), session.id);
        return enter(entry, next);
      },
    }),
    route({
      method: "POST",
      path: "/logout",
      surface: "page",
      // somebody whose session is over has the same wish
      access: "public",
      // drawn for a session that another tab has ended: its form is void, and so is what it asks for
      redraw: async ({ session }, _, error) => {
        if (session) throw error;
        return redirect("/login", { cookies: goneCookies() });
      },
      handle: async ({ session, address }) => {
        if (session) await sessions.end(actorOf({ session, address }), session.id);
        return redirect("/login", { cookies: goneCookies() });
      },
    }),
  ];
}

function enter({ grant, device }: Extract<Entry, { grant: unknown }>, next: string) {
  return redirect(next, { cookies: [...sessionCookies(grant.tokens), device, goneTicket] });
}

/** The five minutes between the password and the code are over. */
function startAgain(next: string) {
  const flash = { text: "auth.flash.ticket_over" };
  return redirect(`/login?next=${encodeURIComponent(next)}`, { cookies: [goneTicket], flash });
}

function drawCode(text: Text, form: FormState) {
  return page("auth/login-code", { title: text.t("auth.login_code.title"), form });
}

/** `notice`: why somebody who was in the middle of something stands here. */
function draw(text: Text, form: FormState, notice?: string) {
  return page("auth/login", { title: text.t("auth.login.title"), form, notice });
}
