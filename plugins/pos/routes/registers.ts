/** Registers on pages. */
import { page, type Reply, redirect } from "../../../kernel/http/reply.ts";
import { type FormState, type Route, route } from "../../../kernel/http/route.ts";
import type { Session } from "../../../kernel/http/session.ts";
import type { Text } from "../../../kernel/i18n.ts";
import type { Store } from "../../../kernel/stores/store.ts";
import { registerModel, registerRow } from "../present-registers.ts";
import type { Registers } from "../registers.ts";
import { newRegisterBody, rangeBody, registerForm, registerParams } from "../schema-registers.ts";
import { storeOptions } from "./at-till.ts";

export const MANAGE_REGISTERS = "registers.manage";
const access = { permission: MANAGE_REGISTERS } as const;

export function registerActor({ session, address }: { session: Session; address: string }) {
  return { user: { id: session.user.id, username: session.user.username }, address };
}

interface Drawing {
  text: Text;
  stores: readonly Store[];
}

export function registersPages({ registers }: { registers: Registers }): Route[] {
  const drawList = async ({ text, stores }: Drawing, form: FormState = { values: {}, errors: {} }): Promise<Reply> =>
    page("pos/registers", {
      title: text.t("pos.registers.title"),
      rows: (await registers.list(stores)).map((one) => registerRow(one, text)),
      stores: storeOptions(stores.filter((one) => one.active)),
      form,
    });
  const drawOne = async (
    { text, params }: Drawing & { params: { id: number } },
    forms: { form?: FormState; range?: FormState } = {},
  ): Promise<Reply> => page("pos/register-one", registerModel(await registers.find(params.id), text, forms));

  return [
    route({ method: "GET", path: "/registers", surface: "page", access, handle: (request) => drawList(request) }),
    route({
      method: "POST",
      path: "/registers",
      surface: "page",
      access,
      idempotent: true,
      body: newRegisterBody,
      redraw: drawList,
      handle: async (request) => {
        const { name, store_id: storeId } = request.body;
        const id = await registers.create(request.tx, registerActor(request), name, {
          storeId,
          stores: request.stores,
        });
        return redirect(`/registers/${id}`, { flash: { text: "kernel.flash.saved" } });
      },
    }),
    route({
      method: "GET",
      path: "/registers/:id",
      surface: "page",
      access,
      params: registerParams,
      handle: (request) => drawOne(request),
    }),
    route({
      method: "POST",
      path: "/registers/:id",
      surface: "page",
      access,
      params: registerParams,
      body: registerForm,
      redraw: (request, form) => drawOne(request, { form }),
      handle: async (request) => {
        await registers.update(registerActor(request), request.params.id, request.body);
        return redirect(`/registers/${request.params.id}`, { flash: { text: "kernel.flash.saved" } });
      },
    }),
    route({
      method: "POST",
      path: "/registers/:id/number-ranges",
      surface: "page",
      access,
      idempotent: true,
      params: registerParams,
      body: rangeBody,
      redraw: (request, range) => drawOne(request, { range }),
      handle: async (request) => {
        const { prefix, from, to, expires_on: expiresOn, resolution, digits } = request.body;
        const range = { prefix, fromNumber: from, toNumber: to, expiresOn, resolution, digits };
        await registers.addRange(request.tx, registerActor(request), request.params.id, range);
        return redirect(`/registers/${request.params.id}`, { flash: { text: "pos.flash.range_added" } });
      },
    }),
  ];
}
