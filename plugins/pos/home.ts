/** What the till says on the home page: what was sold today, in each store by its own day, which numbers run out, what waits. */
import { businessDate, type Clock } from "../../kernel/clock.ts";
import type { Database } from "../../kernel/db/database.ts";
import type { HomeCard } from "../../kernel/plugin.ts";
import { doingBusiness, type Stores } from "../../kernel/stores/store.ts";
import type { SalesLookup } from "./api.ts";
import type { Messages } from "./messages/messages.ts";
import type { Parking } from "./parking.ts";
import { warningText } from "./present-registers.ts";
import { openShiftsBy } from "./queries/shifts.ts";
import type { Registers } from "./registers.ts";
import { READ_SHIFTS } from "./routes/shifts.ts";

export function homeCards(
  parts: Parameters<typeof todayCard>[0] & Parameters<typeof parkedCard>[0] & Parameters<typeof messagesCard>[0],
): HomeCard[] {
  return [messagesCard(parts), todayCard(parts), parkedCard(parts)];
}

function todayCard(parts: {
  clock: Clock;
  stores: Pick<Stores, "shopsOf">;
  totals: SalesLookup["dayTotals"];
  db: Pick<Database, "primary">;
  registers: Pick<Registers, "list">;
  mayManage: string;
}): HomeCard {
  const { clock, db, totals, registers, mayManage } = parts;
  return {
    order: 10,
    async load({ can, stores, session, text }) {
      if (!can("pos.sell")) return undefined;
      const now = clock.now();
      const business = doingBusiness(stores);
      const working = business.filter(({ active }) => active).map(({ id }) => ({ storeId: id }));
      const shopOf = await parts.stores.shopsOf(working);
      const days = working.map((one) => {
        const { timeZone, dayCutoffHour } = shopOf(one);
        return { ...one, businessDate: businessDate(now, timeZone, dayCutoffHour) };
      });
      const today = (await totals(days)).map((one) => ({
        store: shopOf(one).storeName,
        count: one.sales,
        // of an open shift who counts blind learns no amount
        total: can(READ_SHIFTS) ? text.money(one.totalMinor, shopOf(one).currency) : undefined,
      }));
      const mine = can(mayManage) ? await registers.list(business) : [];
      const warnings = mine.flatMap((one) => {
        const sentence = warningText(one, text);
        return sentence === undefined ? [] : [{ path: `/registers/${one.id}`, name: one.name, text: sentence }];
      });
      const places = stores.map(({ id }) => id);
      const own = can("shifts.use") ? await openShiftsBy(db.primary, session.user.id, places) : [];
      const ownShop = await parts.stores.shopsOf(own);
      const shifts = own.map((one) => {
        const { timeZone, dayCutoffHour } = ownShop(one);
        return {
          path: `/shifts/${one.id}`,
          text: text.t("pos.home.shift", {
            register: one.registerName,
            when: text.dateTime(one.openedAt, timeZone),
          }),
          old: one.businessDate < businessDate(now, timeZone, dayCutoffHour),
        };
      });
      return { view: "pos/home-card", model: { today, warnings, shifts } };
    },
  };
}

const MOST_PARKED = 5;

/** Sales that were put aside, in the stores where the person works. */
function parkedCard(parts: { parking: Pick<Parking, "waiting">; stores: Pick<Stores, "shopsOf"> }): HomeCard {
  return {
    order: 12,
    async load({ can, stores, text }) {
      if (!can("pos.sell")) return undefined;
      const found = await parts.parking.waiting(
        stores.filter(({ active }) => active).map(({ id }) => id),
        MOST_PARKED,
      );
      const [first] = found;
      if (!first) return undefined;
      const shopOf = await parts.stores.shopsOf(found);
      const parked = found.map((one) => ({
        name: one.name,
        register: one.register,
        by: text.t("pos.park.by", {
          when: text.dateTime(one.parkedAt, shopOf(one).timeZone),
          name: one.userName,
        }),
      }));
      const count = first.all > found.length ? text.t("pos.home.parked_more", { count: first.all - found.length }) : "";
      return { view: "pos/home-parked", model: { parked, more: count } };
    },
  };
}

/** What the person was told and has not read. */
function messagesCard({ messages }: { messages: Pick<Messages, "received"> }): HomeCard {
  return {
    order: 5,
    async load({ session, stores, shop, text }) {
      const unread = (await messages.received({ user: session.user, stores })).filter(({ readAt }) => readAt === null);
      if (unread.length === 0) return undefined;
      const told = unread.map(({ id, body, userName: name, createdAt }) => ({
        id,
        body,
        by: text.t("pos.messages.by", { name, at: text.dateTime(createdAt, shop.timeZone) }),
      }));
      return { view: "pos/home-messages", model: { messages: told } };
    },
  };
}
