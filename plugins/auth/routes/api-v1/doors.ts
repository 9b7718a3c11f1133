/** Passwords, second factors and locks for programs. */
import { z } from "zod";
import { empty, json } from "../../../../kernel/http/reply.ts";
import { type Route, route } from "../../../../kernel/http/route.ts";
import type { Recovery } from "../../recovery.ts";
import { userParams } from "../../schema.ts";
import { ownPasswordBody, proofBody, reasonBody } from "../../schema-doors.ts";
import type { SecondFactor } from "../../second-factor.ts";
import { uriOf } from "../../totp.ts";
import type { Users } from "../../users.ts";
import { actorOf } from "../actor.ts";
import { MANAGE } from "../people.ts";

export interface DoorsApiParts {
  users: Users;
  secondFactor: SecondFactor;
  recovery: Recovery;
}

const begunJson = z.strictObject({ secret: z.string(), uri: z.string() });

export function doorsApi({ users, secondFactor, recovery }: DoorsApiParts): Route[] {
  return [
    route({
      method: "POST",
      path: "/api/v1/auth/password",
      surface: "v1",
      access: "signed-in",
      body: ownPasswordBody,
      summary: "Changes your password and ends your other sessions.",
      returns: { 204: null },
      handle: async (request) => {
        const { current_password, password } = request.body;
        await users.changePassword(actorOf(request), request.session.id, current_password, password);
        return empty();
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/auth/totp",
      surface: "v1",
      access: "signed-in",
      summary: "Begins a second factor: its secret, shown once, good for nothing before it is confirmed.",
      returns: { 201: begunJson },
      handle: async ({ session, shop }) => {
        const secret = await secondFactor.begin(session.user.id);
        return json({ secret, uri: uriOf(secret, shop.name, session.user.username) }, 201);
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/auth/totp/confirm",
      surface: "v1",
      access: "signed-in",
      body: proofBody,
      summary: "Switches the second factor on by its first code and the password, and ends your other sessions.",
      returns: { 204: null },
      handle: async (request) => {
        const { current_password: password, totp: code } = request.body;
        await secondFactor.confirm(actorOf(request), request.session.id, { password, code });
        return empty();
      },
    }),
    route({
      method: "DELETE",
      path: "/api/v1/auth/totp",
      surface: "v1",
      access: "signed-in",
      body: proofBody,
      summary: "Switches your second factor off, by your password and a code.",
      returns: { 204: null },
      handle: async (request) => {
        const { current_password: password, totp: code } = request.body;
        await secondFactor.turnOff(actorOf(request), { password, code });
        return empty();
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/users/:id/unlock",
      surface: "v1",
      access: MANAGE,
      params: userParams,
      body: reasonBody,
      summary: "Forgets the wrong tries of a person, who may sign in again at once.",
      returns: { 204: null },
      handle: async (request) => {
        await recovery.unlock(actorOf(request), request.params.id, request.body.reason);
        return empty();
      },
    }),
    route({
      method: "DELETE",
      path: "/api/v1/users/:id/totp",
      surface: "v1",
      access: MANAGE,
      params: userParams,
      body: reasonBody,
      summary: "Switches the second factor of somebody else off, who has lost the phone.",
      returns: { 204: null },
      handle: async (request) => {
        await recovery.turnOffSecondFactor(actorOf(request), request.params.id, request.body.reason);
        return empty();
      },
    }),
  ];
}
