/** Which price list the customers of a group go by. */
import { z } from "zod";
import type { Database } from "../../../kernel/db/database.ts";
import { json, page, type Reply, redirect } from "../../../kernel/http/reply.ts";
import { type FormState, type Route, route } from "../../../kernel/http/route.ts";
import type { Text } from "../../../kernel/i18n.ts";
import type { Input } from "../../../kernel/input.ts";
import type { GroupPrices } from "../group-prices.ts";
import { actorOf } from "./seller.ts";

const access = { permission: "inventory.manage" } as const;

/** `g17`: the list of group 17; empty: none. */
const form = z
  .record(
    z.string().regex(/^g[1-9]\d{0,14}$/, "kernel.validation.format"),
    z.string().regex(/^\d{0,15}$/, "kernel.validation.choice"),
  )
  .transform((sent) =>
    Object.entries(sent).map(([field, list]) => ({
      field,
      groupId: Number(field.slice(1)),
      listId: list === "" ? undefined : Number(list),
    })),
  );
const params = (input: Input) => z.strictObject({ id: input.id() });
const body = (input: Input) => z.strictObject({ price_list_id: input.id().nullable() });
const answer = z.strictObject({ group_id: z.int(), group: z.string(), price_list_id: z.int().nullable() });

export function groupPriceRoutes(parts: { groupPrices: GroupPrices; transaction: Database["transaction"] }): Route[] {
  const { groupPrices, transaction } = parts;
  const draw = async ({ text }: { text: Text }, sent?: FormState): Promise<Reply> => {
    const [groups, lists] = await Promise.all([groupPrices.all(), groupPrices.lists()]);
    return page("pos/group-prices", {
      title: text.t("pos.group_prices.title"),
      form: sent ?? { values: {}, errors: {} },
      groups: groups.map(({ id, name, priceListId }) => ({
        field: `g${id}`,
        name,
        value: sent?.values[`g${id}`] ?? priceListId ?? "",
        error: sent?.errors[`g${id}`],
      })),
      lists: [
        { value: "", label: text.t("pos.group_prices.none") },
        ...lists.map(({ id, name, currency }) => ({ value: id, label: `${name} (${currency})` })),
      ],
    });
  };
  const shown = ({ id, name, priceListId }: Awaited<ReturnType<GroupPrices["all"]>>[number]) => ({
    group_id: id,
    group: name,
    price_list_id: priceListId ?? null,
  });

  return [
    route({ method: "GET", path: "/group-prices", surface: "page", access, handle: (request) => draw(request) }),
    route({
      method: "POST",
      path: "/group-prices",
      surface: "page",
      access,
      body: form,
      redraw: (request, sent) => draw(request, sent),
      handle: async (request) => {
        await transaction(async (tx) => {
          for (const one of request.body) await groupPrices.give(tx, actorOf(request), one);
        });
        return redirect("/group-prices", { flash: { text: "kernel.flash.saved" } });
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/group-prices",
      surface: "v1",
      access: { permission: "inventory.read" },
      summary: "The groups of customers, each with the price list that holds for it before the store's",
      returns: { 200: z.strictObject({ data: z.array(answer) }) },
      handle: async () => json({ data: (await groupPrices.all()).map(shown) }),
    }),
    route({
      method: "PUT",
      path: "/api/v1/group-prices/:id",
      surface: "v1",
      access,
      params,
      body,
      summary: "Gives a price list to a group of customers; null: none",
      returns: { 200: answer },
      handle: async (request) => {
        const { id: groupId } = request.params;
        const listId = request.body.price_list_id ?? undefined;
        await transaction((tx) => groupPrices.give(tx, actorOf(request), { groupId, listId, field: "price_list_id" }));
        const found = (await groupPrices.all()).find(({ id }) => id === groupId);
        return json(found ? shown(found) : {});
      },
    }),
  ];
}
