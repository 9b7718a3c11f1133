/** Backups for programs. */
import { pageOf, readCursor } from "../../../kernel/http/cursor.ts";
import { json } from "../../../kernel/http/reply.ts";
import { type Route, route } from "../../../kernel/http/route.ts";
import type { Backups } from "../backups.ts";
import { backupJson } from "../present.ts";
import { backupAnswer, backupsAnswer, idParams, listOf, nothing } from "../schema.ts";
import { actorOf, MAKE, READ } from "./shared.ts";

export function backupApi({ backups }: { backups: Backups }): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/backups",
      surface: "v1",
      access: READ,
      query: listOf,
      summary: "What was backed up when, the newest first, and whether it could be restored",
      returns: { 200: backupsAnswer },
      handle: async ({ query }) => {
        const after = readCursor(query.cursor, ["number"]);
        const found = await backups.list(after?.[0], query.limit + 1);
        const { rows, next } = pageOf(found, query.limit, ({ id }) => [id]);
        return json({ data: rows.map(backupJson), next_cursor: next });
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/backups",
      surface: "v1",
      access: MAKE,
      body: nothing,
      summary: "Begins a backup; ask for it by its id until its state is no longer running",
      returns: { 202: backupAnswer },
      handle: async (request) => {
        const { id, done } = await backups.begin("person", actorOf(request));
        done.catch((error) => request.log.error({ err: error }, "the backup was lost"));
        return json(backupJson(await backups.get(id)), 202);
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/backups/:id",
      surface: "v1",
      access: READ,
      params: idParams,
      summary: "One backup",
      returns: { 200: backupAnswer },
      handle: async ({ params }) => json(backupJson(await backups.get(params.id))),
    }),
  ];
}
