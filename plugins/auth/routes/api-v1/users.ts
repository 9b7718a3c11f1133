/** The people, for programs of an administrator. */
import { z } from "zod";
import { listQuery } from "../../../../kernel/http/cursor.ts";
import { empty, json } from "../../../../kernel/http/reply.ts";
import { type Route, route } from "../../../../kernel/http/route.ts";
import { toUserJson, userJson, userListJson } from "../../present.ts";
import { newUserBody, passwordBody, userParams, userPatch } from "../../schema.ts";
import type { Users } from "../../users.ts";
import { actorOf } from "../actor.ts";
import { MANAGE, peoplePage } from "../people.ts";

export function usersApi({ users }: { users: Users }): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/users",
      surface: "v1",
      access: MANAGE,
      query: z.strictObject(listQuery),
      summary: "The people by name.",
      returns: { 200: userListJson },
      handle: async ({ query }) => {
        const { rows, next } = await peoplePage(users, query);
        return json({ data: rows.map(toUserJson), next_cursor: next });
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/users",
      surface: "v1",
      access: MANAGE,
      body: newUserBody,
      summary: "Adds a person.",
      returns: { 201: userJson },
      handle: async (request) => {
        const { full_name: fullName, ...rest } = request.body;
        return json(toUserJson(await users.create(actorOf(request), { fullName, ...rest })), 201);
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/users/:id",
      surface: "v1",
      access: MANAGE,
      params: userParams,
      summary: "One person.",
      returns: { 200: userJson },
      handle: async ({ params }) => json(toUserJson(await users.get(params.id))),
    }),
    route({
      method: "PATCH",
      path: "/api/v1/users/:id",
      surface: "v1",
      access: MANAGE,
      params: userParams,
      body: userPatch,
      summary: "Changes name, role or state; the last active administrator stays one.",
      returns: { 200: userJson },
      handle: async (request) => {
        const { full_name: fullName, role, active } = request.body;
        return json(toUserJson(await users.update(actorOf(request), request.params.id, { fullName, role, active })));
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/users/:id/password",
      surface: "v1",
      access: MANAGE,
      params: userParams,
      body: passwordBody,
      summary: "Gives a person a new password and ends the person's sessions.",
      returns: { 204: null },
      handle: async (request) => {
        await users.resetPassword(actorOf(request), request.params.id, request.body.password);
        return empty();
      },
    }),
  ];
}
