/** Registers for programs. */
import { json } from "../../../kernel/http/reply.ts";
import { type Route, route } from "../../../kernel/http/route.ts";
import { registerJson } from "../present-registers.ts";
import type { Registers } from "../registers.ts";
import {
  newRegisterBody,
  rangeBody,
  registerAnswer,
  registerParams,
  registerPatch,
  registersAnswer,
} from "../schema-registers.ts";
import { MANAGE_REGISTERS, registerActor } from "./registers.ts";

const access = { permission: MANAGE_REGISTERS } as const;

export function registersApi({ registers }: { registers: Registers }): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/registers",
      surface: "v1",
      access: { permission: "pos.sell" },
      summary: "The registers of the stores in which one works, with their ranges of numbers",
      returns: { 200: registersAnswer },
      handle: async ({ stores }) => json({ data: (await registers.list(stores)).map(registerJson) }),
    }),
    route({
      method: "POST",
      path: "/api/v1/registers",
      surface: "v1",
      access,
      idempotent: true,
      body: newRegisterBody,
      summary: "Adds a register, with a range of numbers that has no end",
      returns: { 201: registerAnswer },
      handle: async (request) => {
        const { name, store_id: storeId } = request.body;
        const id = await registers.create(request.tx, registerActor(request), name, {
          storeId,
          stores: request.stores,
        });
        return json(registerJson(await registers.find(id, request.tx)), 201);
      },
    }),
    route({
      method: "PATCH",
      path: "/api/v1/registers/:id",
      surface: "v1",
      access,
      params: registerParams,
      body: registerPatch,
      summary: "Renames a register or takes it out of use; the last one stays",
      returns: { 200: registerAnswer },
      handle: async (request) => {
        const { id } = request.params;
        const before = await registers.find(id);
        const { name = before.name, active = before.active } = request.body;
        await registers.update(registerActor(request), id, { name, active });
        return json(registerJson(await registers.find(id)));
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/registers/:id/number-ranges",
      surface: "v1",
      access,
      idempotent: true,
      params: registerParams,
      body: rangeBody,
      summary: "Adds a range of numbers to a register; ranges are used up in the order they were added",
      returns: { 201: registerAnswer },
      handle: async (request) => {
        const { prefix, from, to, expires_on: expiresOn, resolution, digits } = request.body;
        const range = { prefix, fromNumber: from, toNumber: to, expiresOn, resolution, digits };
        const { id } = request.params;
        await registers.addRange(request.tx, registerActor(request), id, range);
        return json(registerJson(await registers.find(id, request.tx)), 201);
      },
    }),
  ];
}
