/** Points of a customer: how they came and went. */
import { z } from "zod";
import { pageOf, readCursor } from "../../../kernel/http/cursor.ts";
import { json, page } from "../../../kernel/http/reply.ts";
import { type Route, route } from "../../../kernel/http/route.ts";
import type { Register } from "../customers.ts";
import type { Points } from "../points/points.ts";
import { customerParams, entriesQuery } from "../schema.ts";
import { READ } from "./shared.ts";

const answer = z.strictObject({
  points: z.int(),
  data: z.array(
    z.strictObject({
      id: z.int(),
      kind: z.enum(["earn", "spend", "refund", "reverse", "merge"]),
      points: z.int(),
      balance: z.int(),
      document: z.strictObject({ type: z.string(), id: z.int(), number: z.string() }),
      by: z.string(),
      created_at: z.string(),
    }),
  ),
  next_cursor: z.string().nullable(),
});

export function pointRoutes({ register, points }: { register: Pick<Register, "get">; points: Points }): Route[] {
  const ask = { access: READ, params: customerParams, query: entriesQuery } as const;
  const load = async (id: number, query: { cursor?: string | undefined; limit: number }) => {
    const customer = await register.get(id);
    const found = await points.entries(id, readCursor(query.cursor, ["number"])?.[0], query.limit);
    return { customer, ...pageOf(found, query.limit, (one) => [one.id]) };
  };
  return [
    route({
      method: "GET",
      path: "/customers/:id/points",
      surface: "page",
      ...ask,
      handle: async ({ params, query, text, shop }) => {
        const { customer, rows, next } = await load(params.id, query);
        const path = `/customers/${customer.id}`;
        return page("customers/points", {
          title: text.t("customers.points.of", { name: customer.name }),
          path,
          points: text.integer(customer.points),
          worth: text.t("customers.points.worth", {
            worth: text.money(await points.worth(customer), customer.currency),
          }),
          entries: rows.map((one) => ({
            at: text.dateTime(one.createdAt, shop.timeZone),
            kind: text.t(`customers.points.kinds.${one.kind}`),
            number: one.document.number,
            points: text.integer(one.points),
            balance: text.integer(one.balancePoints),
            by: one.userName,
          })),
          next: next === null ? undefined : `${path}/points?cursor=${next}`,
        });
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/customers/:id/points",
      surface: "v1",
      ...ask,
      summary: "The points of a customer and how they came and went, newest first",
      returns: { 200: answer },
      handle: async ({ params, query }) => {
        const { customer, rows, next } = await load(params.id, query);
        const data = rows.map(({ balancePoints: balance, userName: by, createdAt, ...one }) => ({
          ...one,
          balance,
          by,
          created_at: createdAt.toISOString(),
        }));
        return json({ points: customer.points, data, next_cursor: next });
      },
    }),
  ];
}
