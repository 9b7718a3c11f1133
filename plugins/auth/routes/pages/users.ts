/** The people, for an administrator. */
import { z } from "zod";
import { listQuery } from "../../../../kernel/http/cursor.ts";
import { page, redirect } from "../../../../kernel/http/reply.ts";
import { type FormState, type Route, route } from "../../../../kernel/http/route.ts";
import type { Session } from "../../../../kernel/http/session.ts";
import type { Text } from "../../../../kernel/i18n.ts";
import type { Shop } from "../../../../kernel/settings/shop.ts";
import type { Stores } from "../../../../kernel/stores/store.ts";
import type { User } from "../../domain.ts";
import { doorsOf, emptyForm, roleOptions, storeBoxes, toUserRow } from "../../present.ts";
import type { Recovery } from "../../recovery.ts";
import { newUserForm, resetForm, userForm, userParams } from "../../schema.ts";
import type { Users } from "../../users.ts";
import { actorOf } from "../actor.ts";
import { MANAGE, peoplePage } from "../people.ts";

const ON = "on";

export function userPages(parts: { users: Users; recovery: Recovery; stores: Stores }): Route[] {
  const { users, recovery, stores } = parts;
  const redrawUser = async ({ params, text, shop, session }: UserRequest, forms: Partial<UserForms>) => {
    const [user, state, all, given] = await Promise.all([
      users.get(params.id),
      recovery.state(params.id),
      stores.list(),
      stores.givenTo(params.id),
    ]);
    const isOneself = session.user.id === user.id;
    const doors = doorsOf(state, text, shop.timeZone, isOneself);
    // one's own takes the current password, on the page of the account
    return drawUser(text, user, { ...forms, doors, mayReset: !isOneself, stores: storeBoxes(user, all, given) });
  };

  return [
    route({
      method: "GET",
      path: "/users",
      surface: "page",
      access: MANAGE,
      query: z.strictObject(listQuery),
      handle: async ({ query, text }) => {
        const { rows, next } = await peoplePage(users, query);
        return page("auth/users", {
          title: text.t("auth.users.title"),
          users: rows.map((user) => toUserRow(user, text)),
          first: query.cursor === undefined ? undefined : "/users",
          next: next === null ? undefined : `/users?cursor=${next}&limit=${query.limit}`,
        });
      },
    }),
    route({
      method: "GET",
      path: "/users/new",
      surface: "page",
      access: MANAGE,
      handle: async ({ text }) => drawNew(text, emptyForm({ temporary: "on" })),
    }),
    route({
      method: "POST",
      path: "/users",
      surface: "page",
      access: MANAGE,
      body: newUserForm,
      redraw: async ({ text }, form) => drawNew(text, form),
      handle: async (request) => {
        const { full_name: fullName, username, role, password, temporary } = request.body;
        await users.create(actorOf(request), { username, fullName, role, password, temporary });
        return redirect("/users", { flash: { text: "auth.flash.user_created", params: { name: fullName } } });
      },
    }),
    route({
      method: "GET",
      path: "/users/:id",
      surface: "page",
      access: MANAGE,
      params: userParams,
      handle: async (request) => redrawUser(request, {}),
    }),
    route({
      method: "POST",
      path: "/users/:id",
      surface: "page",
      access: MANAGE,
      params: userParams,
      body: userForm,
      redraw: async (request, form) => redrawUser(request, { form }),
      handle: async (request) => {
        const { full_name: fullName, role, active } = request.body;
        await users.update(actorOf(request), request.params.id, { fullName, role, active });
        return redirect("/users", { flash: { text: "auth.flash.user_updated", params: { name: fullName } } });
      },
    }),
    route({
      method: "POST",
      path: "/users/:id/password",
      surface: "page",
      access: MANAGE,
      params: userParams,
      body: resetForm,
      redraw: async (request, form) => redrawUser(request, { reset: form }),
      handle: async (request) => {
        await users.resetPassword(actorOf(request), request.params.id, request.body.password);
        return redirect(`/users/${request.params.id}`, { flash: { text: "auth.flash.password_reset" } });
      },
    }),
  ];
}

function drawNew(text: Text, form: FormState) {
  return page("auth/user-new", { title: text.t("auth.user_new.title"), roles: roleOptions(text), form });
}

type UserRequest = { params: { id: number }; text: Text; shop: Shop; session: Session };

interface UserForms {
  doors: ReturnType<typeof doorsOf>;
  form: FormState;
  reset: FormState;
  mayReset: boolean;
  stores: ReturnType<typeof storeBoxes>;
}

function drawUser(text: Text, user: User, forms: Partial<UserForms>) {
  const { form, reset = emptyForm(), doors, mayReset, stores } = forms;
  const stored = emptyForm({ full_name: user.fullName, role: user.role, ...(user.active ? { active: ON } : {}) });
  const shown = form ?? stored;
  return page("auth/user", {
    title: user.fullName,
    person: toUserRow(user, text),
    roles: roleOptions(text),
    form: shown,
    mayEnter: "active" in shown.values,
    reset,
    mayReset,
    stores,
    doors,
  });
}
