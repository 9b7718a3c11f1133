/** What roles may do, for programs of an administrator. */
import { json } from "../../../../kernel/http/reply.ts";
import { type Route, route } from "../../../../kernel/http/route.ts";
import { ROLES } from "../../domain.ts";
import { roleJson, roleListJson, toRoleJson } from "../../present-access.ts";
import type { Roles } from "../../roles.ts";
import { roleBody, roleParams } from "../../schema-access.ts";
import { actorOf } from "../actor.ts";

const access = { permission: "roles.manage" } as const;

export function rolesApi({ roles }: { roles: Roles }): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/roles",
      surface: "v1",
      access,
      summary: "The roles with every permission: whether it is granted, and whether the plugin proposes it.",
      returns: { 200: roleListJson },
      handle: async () => {
        const rows = await roles.matrix();
        return json({ data: ROLES.map((role) => toRoleJson(role, rows)) });
      },
    }),
    route({
      method: "PUT",
      path: "/api/v1/roles/:role",
      surface: "v1",
      access,
      params: roleParams,
      body: roleBody,
      summary: "Gives a role exactly these permissions, from the next request of its people on.",
      returns: { 200: roleJson },
      handle: async (request) => {
        const { role } = request.params;
        await roles.change(actorOf(request), { [role]: request.body.permissions }, "permissions");
        return json(toRoleJson(role, await roles.matrix()));
      },
    }),
  ];
}
