/** What reports say on the home page to who runs a store: today against the usual, and the shifts that are open. */
import { businessDate, type Clock } from "../../kernel/clock.ts";
import type { Database } from "../../kernel/db/database.ts";
import type { HomeCard } from "../../kernel/plugin.ts";
import { doingBusiness, type Stores } from "../../kernel/stores/store.ts";
import { changeOf } from "./present.ts";
import { openShifts, todayOf } from "./queries/today.ts";
import { READ } from "./routes/shared.ts";

const WEEKS = 8;

export function todayCard(parts: { db: Database; clock: Clock; stores: Pick<Stores, "shopsOf"> }): HomeCard {
  const { db, clock } = parts;
  return {
    order: 11,
    async load({ can, stores, text }) {
      if (!can(READ.permission)) return undefined;
      const now = clock.now();
      const working = doingBusiness(stores)
        .filter(({ active }) => active)
        .map(({ id }) => ({ storeId: id }));
      if (working.length === 0) return undefined;
      const shopOf = await parts.stores.shopsOf(working);
      const asked = working.map((one) => {
        const { timeZone, dayCutoffHour } = shopOf(one);
        const hour = hourOf(now, timeZone);
        return { ...one, day: businessDate(now, timeZone, dayCutoffHour), hour, dayCutoffHour };
      });
      const hours = new Map(asked.map(({ storeId, hour }) => [storeId, hour]));
      const today = (await todayOf(db.replica, asked, WEEKS)).map((one) => {
        const { currency, storeName } = shopOf(one);
        const until = `${String(hours.get(one.storeId) ?? 0).padStart(2, "0")}:00`;
        return {
          store: storeName,
          against:
            one.usualMinor === null
              ? text.t("reports.home.no_usual")
              : text.t("reports.home.usual", {
                  until,
                  now: text.money(one.untilMinor, currency),
                  usual: text.money(one.usualMinor, currency),
                }),
          change: one.usualMinor === null ? undefined : changeOf(one.untilMinor, one.usualMinor, text),
        };
      });
      const open = can("shifts.read")
        ? await openShifts(
            db.replica,
            working.map(({ storeId }) => storeId),
          )
        : [];
      return {
        view: "reports/_home",
        model: {
          today,
          open: open.map((one) => ({
            register: one.register,
            text: text.t("reports.home.open", {
              name: one.userName,
              when: text.dateTime(one.openedAt, shopOf(one).timeZone),
            }),
          })),
        },
      };
    },
  };
}

function hourOf(instant: Date, timeZone: string): number {
  return Number(new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", hourCycle: "h23" }).format(instant));
}
