/** An administrator opens a door that is closed for somebody else. */
import { redirect } from "../../../../kernel/http/reply.ts";
import { type Route, route } from "../../../../kernel/http/route.ts";
import type { Recovery } from "../../recovery.ts";
import { userParams } from "../../schema.ts";
import { reasonBody } from "../../schema-doors.ts";
import { actorOf } from "../actor.ts";
import { MANAGE } from "../people.ts";

export function doorPages({ recovery }: { recovery: Recovery }): Route[] {
  return [
    route({
      method: "POST",
      path: "/users/:id/unlock",
      surface: "page",
      access: MANAGE,
      params: userParams,
      body: reasonBody,
      handle: async (request) => {
        const { id } = request.params;
        await recovery.unlock(actorOf(request), id, request.body.reason);
        return redirect(`/users/${id}`, { flash: { text: "auth.flash.unlocked" } });
      },
    }),
    route({
      method: "POST",
      path: "/users/:id/totp/off",
      surface: "page",
      access: MANAGE,
      params: userParams,
      body: reasonBody,
      handle: async (request) => {
        const { id } = request.params;
        await recovery.turnOffSecondFactor(actorOf(request), id, request.body.reason);
        return redirect(`/users/${id}`, { flash: { text: "auth.flash.totp_off" } });
      },
    }),
  ];
}
