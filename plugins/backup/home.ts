/** What the home page says of backups to who looks after them. */

import type { Clock } from "../../kernel/clock.ts";
import type { HomeCard } from "../../kernel/plugin.ts";
import type { Backups } from "./backups.ts";
import { present } from "./present.ts";
import { READ } from "./routes/shared.ts";
import { judge } from "./watching.ts";

export function backupCard(backups: Pick<Backups, "summary">, clock: Clock): HomeCard {
  return {
    order: 80,
    async load({ can, text, shop }) {
      if (!can(READ.permission)) return undefined;
      const summary = await backups.summary();
      const { lastGood, lastDrill } = summary;
      // a shop of today has none yet, and that is no news
      const watch = judge(summary, clock.now());
      if (lastGood === undefined && watch === "ok") return undefined;
      return {
        view: "backup/_home",
        model: {
          warning: watch === "ok" ? undefined : text.t(`backup.watch.${watch}`),
          last:
            lastGood === undefined
              ? text.t("backup.home.never")
              : text.t("backup.home.last", { at: text.dateTime(lastGood.startedAt, shop.timeZone) }),
          drill: lastDrill === undefined ? undefined : present(lastDrill, text, shop.timeZone).drill,
        },
      };
    },
  };
}
