/** Groups of customers, for people and for programs. */
import { json, page, redirect } from "../../../kernel/http/reply.ts";
import { type FormState, type Request, type Route, route } from "../../../kernel/http/route.ts";
import type { Groups } from "../groups.ts";
import { groupAnswer, groupBody, groupParams, groupsAnswer } from "../schema-groups.ts";
import { actorOf, GROUPS, READ, type RouteParts } from "./shared.ts";

const MANAGE = { permission: GROUPS } as const;
type Asked = Pick<Request<{ id: number }, unknown, unknown, "signed-in", false>, "text" | "can">;

export function groupPages({ groups, transaction }: RouteParts & { groups: Groups }): Route[] {
  const drawAll = async ({ text, can }: Asked, form: FormState = { values: {}, errors: {} }) => {
    const [list, sizes] = await Promise.all([groups.list(), groups.sizes()]);
    return page("customers/groups", {
      title: text.t("customers.groups.title"),
      rows: list.map(({ id, name }) => ({
        name,
        path: `/customer-groups/${id}`,
        customers: text.integer(sizes.get(id) ?? 0),
      })),
      mayManage: can(GROUPS),
      form,
    });
  };
  const drawOne = async (request: Asked & { params: { id: number } }, form?: FormState) => {
    const { id, name } = await groups.get(request.params.id);
    return page("customers/group", {
      title: name,
      path: `/customer-groups/${id}`,
      form: form ?? { values: { name }, errors: {} },
    });
  };
  return [
    route({
      method: "GET",
      path: "/customer-groups",
      surface: "page",
      access: READ,
      handle: (request) => drawAll(request),
    }),
    route({
      method: "POST",
      path: "/customer-groups",
      surface: "page",
      access: MANAGE,
      idempotent: true,
      body: groupBody,
      redraw: (request, form) => drawAll(request, form),
      handle: async (request) => {
        const { name } = await groups.create(request.tx, actorOf(request), request.body.name);
        return redirect("/customer-groups", { flash: { text: "customers.flash.created", params: { name } } });
      },
    }),
    route({
      method: "GET",
      path: "/customer-groups/:id",
      surface: "page",
      access: MANAGE,
      params: groupParams,
      handle: (request) => drawOne(request),
    }),
    route({
      method: "POST",
      path: "/customer-groups/:id",
      surface: "page",
      access: MANAGE,
      params: groupParams,
      body: groupBody,
      redraw: (request, form) => drawOne(request, form),
      handle: async (request) => {
        const { params, body } = request;
        await transaction((tx) => groups.rename(tx, actorOf(request), params.id, body.name));
        return redirect("/customer-groups", { flash: { text: "kernel.flash.saved" } });
      },
    }),
  ];
}

export function groupsApi({ groups, transaction }: RouteParts & { groups: Groups }): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/customer-groups",
      surface: "v1",
      access: READ,
      summary: "The groups of customers, by name",
      returns: { 200: groupsAnswer },
      handle: async () => json({ data: await groups.list() }),
    }),
    route({
      method: "POST",
      path: "/api/v1/customer-groups",
      surface: "v1",
      access: MANAGE,
      idempotent: true,
      body: groupBody,
      summary: "Makes a group of customers; customers are put in it by their `group_id`",
      returns: { 201: groupAnswer },
      handle: async (request) => json(await groups.create(request.tx, actorOf(request), request.body.name), 201),
    }),
    route({
      method: "PATCH",
      path: "/api/v1/customer-groups/:id",
      surface: "v1",
      access: MANAGE,
      params: groupParams,
      body: groupBody,
      summary: "Renames a group of customers",
      returns: { 200: groupAnswer },
      handle: async (request) =>
        json(await transaction((tx) => groups.rename(tx, actorOf(request), request.params.id, request.body.name))),
    }),
  ];
}
