/** One's own PIN, for programs. */
import { empty } from "../../../../kernel/http/reply.ts";
import { type Route, route } from "../../../../kernel/http/route.ts";
import { APPROVE, type Pins } from "../../pins.ts";
import { noPinBody, pinBody } from "../../schema-access.ts";
import { actorOf } from "../actor.ts";

const access = { permission: APPROVE } as const;

export function pinApi({ pins }: { pins: Pins }): Route[] {
  return [
    route({
      method: "PUT",
      path: "/api/v1/auth/pin",
      surface: "v1",
      access,
      body: pinBody,
      summary: "Sets your PIN, which approves on the spot what you may do and somebody else may not.",
      returns: { 204: null },
      handle: async (request) => {
        await pins.set(actorOf(request), request.body.current_password, request.body.pin);
        return empty();
      },
    }),
    route({
      method: "DELETE",
      path: "/api/v1/auth/pin",
      surface: "v1",
      access,
      body: noPinBody,
      summary: "Takes your PIN away.",
      returns: { 204: null },
      handle: async (request) => {
        await pins.remove(actorOf(request), request.body.current_password);
        return empty();
      },
    }),
  ];
}
