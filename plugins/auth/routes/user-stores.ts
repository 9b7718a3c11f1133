/** In which stores a person works: given by an administrator, on the person's page and by program. */
import { z } from "zod";
import type { Database } from "../../../kernel/db/database.ts";
import { json, redirect } from "../../../kernel/http/reply.ts";
import { type Route, route } from "../../../kernel/http/route.ts";
import type { Input } from "../../../kernel/input.ts";
import type { Stores } from "../../../kernel/stores/store.ts";
import { userParams } from "../schema.ts";
import type { Users } from "../users.ts";
import { actorOf } from "./actor.ts";
import { MANAGE } from "./people.ts";

const MOST = 1000;
const ids = (input: Input) => z.array(input.id()).max(MOST, "kernel.validation.too_many");
const body = (input: Input) => z.strictObject({ store_ids: ids(input) });
/** Boxes of one name: none is not sent, one comes alone. */
const form = (input: Input) =>
  z.strictObject({
    store_ids: z.preprocess((sent) => (sent === undefined ? [] : Array.isArray(sent) ? sent : [sent]), ids(input)),
  });
const answer = z.strictObject({ store_ids: z.array(z.int()) });

export function userStoreRoutes(parts: { db: Database; users: Pick<Users, "get">; stores: Stores }): Route[] {
  const { db, users, stores } = parts;

  const give = async (actor: ReturnType<typeof actorOf>, id: number, storeIds: number[]): Promise<void> => {
    await users.get(id);
    await db.transaction((tx) => stores.give(tx, actor, id, storeIds));
  };

  return [
    route({
      method: "POST",
      path: "/users/:id/stores",
      surface: "page",
      access: MANAGE,
      params: userParams,
      body: form,
      handle: async (request) => {
        await give(actorOf(request), request.params.id, request.body.store_ids);
        return redirect(`/users/${request.params.id}`, { flash: { text: "kernel.flash.saved" } });
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/users/:id/stores",
      surface: "v1",
      access: MANAGE,
      params: userParams,
      summary: "The stores given to a person; none: works in all, as an administrator always does.",
      returns: { 200: answer },
      handle: async ({ params }) => {
        await users.get(params.id);
        return json({ store_ids: await stores.givenTo(params.id) });
      },
    }),
    route({
      method: "PUT",
      path: "/api/v1/users/:id/stores",
      surface: "v1",
      access: MANAGE,
      params: userParams,
      body,
      summary: "Gives a person the stores to work in; none: all.",
      returns: { 200: answer },
      handle: async (request) => {
        await give(actorOf(request), request.params.id, request.body.store_ids);
        return json({ store_ids: await stores.givenTo(request.params.id) });
      },
    }),
  ];
}
