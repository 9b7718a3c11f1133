/** A plugin of tests: an open page, a staff page, a door that counts tries by name, and people who say who they are. */
import { z } from "zod";
import type { FoundPlugin } from "../../kernel/discover.ts";
import { json } from "../../kernel/http/reply.ts";
import { route } from "../../kernel/http/route.ts";
import { type Authenticator, authenticatorRef } from "../../kernel/http/session.ts";
import { found, plugin } from "./system.ts";

/** `x-user: 7` is the person 7, `x-visitor: till` a browser that is known. */
const authenticator: Authenticator = {
  authenticate: async (context) => {
    const id = Number(context.get("x-user"));
    if (!id) return undefined;
    const user = { id, username: `user${id}`, fullName: `User ${id}`, role: "employee" };
    return { id: `session${id}`, user, permissions: new Set(), via: "bearer" };
  },
  visitor: (context) => context.get("x-visitor") || undefined,
  entrance: async () => "/open",
};

export const door: FoundPlugin = found(
  plugin("door", {
    provides: authenticatorRef,
    setup: () => ({
      service: authenticator,
      routes: [
        route({
          method: "GET",
          path: "/api/v1/open",
          surface: "v1",
          access: "public",
          handle: async ({ address }) => json({ address }),
        }),
        route({
          method: "POST",
          path: "/api/v1/knock",
          surface: "v1",
          access: "public",
          body: z.strictObject({ name: z.string() }),
          throttle: { limit: "login", by: ({ body }) => body.name },
          handle: async ({ address }) => json({ address }),
        }),
      ],
    }),
  }),
);

export async function statuses(asked: Promise<{ status: number }>[]): Promise<Record<number, number>> {
  const counts: Record<number, number> = {};
  for (const { status } of await Promise.all(asked)) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}
