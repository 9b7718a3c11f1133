/** Backups on pages: the journal, one of them, and the button. */

import type { Clock } from "../../../kernel/clock.ts";
import { pageOf, readCursor } from "../../../kernel/http/cursor.ts";
import { page, redirect } from "../../../kernel/http/reply.ts";
import { type Route, route } from "../../../kernel/http/route.ts";
import type { Backups } from "../backups.ts";
import { factsOf, present } from "../present.ts";
import { idParams, listOf, nothing } from "../schema.ts";
import { judge } from "../watching.ts";
import { actorOf, MAKE, READ } from "./shared.ts";

/** seconds */
const REFRESH = 5;

export function backupPages({ backups, clock }: { backups: Backups; clock: Clock }): Route[] {
  return [
    route({
      method: "GET",
      path: "/backups",
      surface: "page",
      access: READ,
      query: listOf,
      handle: async ({ query, text, can, shop }) => {
        const after = readCursor(query.cursor, ["number"]);
        const found = await backups.list(after?.[0], query.limit + 1);
        const { rows, next } = pageOf(found, query.limit, ({ id }) => [id]);
        const summary = await backups.summary();
        const watch = judge(summary, clock.now());
        return page("backup/backups", {
          title: text.t("backup.title"),
          rows: rows.map((entry) => present(entry, text, shop.timeZone)),
          next: next === null ? undefined : `/backups?cursor=${next}`,
          warning: watch === "ok" ? undefined : text.t(`backup.watch.${watch}`),
          isRunning: summary.isRunning,
          refresh: summary.isRunning ? REFRESH : undefined,
          mayMake: can(MAKE.permission) && !summary.isRunning,
          folder: backups.folder,
          isCopied: backups.places.length > 0,
        });
      },
    }),
    route({
      method: "POST",
      path: "/backups",
      surface: "page",
      access: MAKE,
      body: nothing,
      handle: async (request) => {
        const { done } = await backups.begin("person", actorOf(request));
        // it goes on by itself, and the journal tells how it ends
        done.catch((error) => request.log.error({ err: error }, "the backup was lost"));
        return redirect("/backups", { flash: { text: "backup.begun" } });
      },
    }),
    route({
      method: "GET",
      path: "/backups/:id",
      surface: "page",
      access: READ,
      params: idParams,
      handle: async ({ params, text, shop }) => {
        const one = present(await backups.get(params.id), text, shop.timeZone);
        return page("backup/backup", {
          title: one.name,
          one,
          facts: factsOf(one, text),
          refresh: one.isRunning ? REFRESH : undefined,
        });
      },
    }),
  ];
}
