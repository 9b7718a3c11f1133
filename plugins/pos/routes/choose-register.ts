/** Choosing the register at which this browser stands. */
import { z } from "zod";
import { fieldFault } from "../../../kernel/errors.ts";
import { page, type Reply, redirect } from "../../../kernel/http/reply.ts";
import { type FormState, type Route, route } from "../../../kernel/http/route.ts";
import type { Text } from "../../../kernel/i18n.ts";
import type { Input } from "../../../kernel/input.ts";
import type { Shop } from "../../../kernel/settings/shop.ts";
import type { Store, Stores } from "../../../kernel/stores/store.ts";
import type { Carts } from "../carts.ts";
import type { Registers } from "../registers.ts";
import type { Shifts } from "../shifts.ts";
import { atNone, atTill, inUse, registerCookie } from "./at-till.ts";
import { sellerOf } from "./seller.ts";

const access = { permission: "pos.sell" } as const;
const body = (input: Input) => z.strictObject({ register_id: input.id() });

interface Drawing {
  text: Text;
  shop: Shop;
  stores: readonly Store[];
  cookie(name: string): string | undefined;
}

export function chooseRegister(parts: {
  carts: Pick<Carts, "register" | "moveStranded">;
  registers: Pick<Registers, "list">;
  shifts: Pick<Shifts, "current">;
  stores: Pick<Stores, "shopsOf">;
}): Route[] {
  const { carts, registers, shifts } = parts;

  const draw = async (request: Drawing, form?: FormState): Promise<Reply> => {
    const { text, stores } = request;
    const [here, all] = await Promise.all([carts.register(atTill(request)), registers.list(stores)]);
    const working = inUse(stores);
    const active = all.filter((one) => one.active && working.includes(one.storeId));
    const shopOf = await parts.stores.shopsOf(active);
    const open = await Promise.all(active.map(({ id }) => shifts.current(id)));
    return page("pos/choose-register", {
      title: text.t("pos.choose.title"),
      form: form ?? { values: {}, errors: {} },
      registers: active.map(({ id, name: own, storeId, storeName }, index) => {
        const name = stores.length > 1 ? `${own}, ${storeName}` : own;
        const shift = open[index];
        return {
          id,
          name,
          here: id === here.id,
          state: shift
            ? text.t("pos.choose.open", {
                name: shift.userName,
                when: text.dateTime(shift.openedAt, shopOf({ storeId }).timeZone),
              })
            : text.t("pos.choose.closed"),
        };
      }),
    });
  };

  return [
    route({
      method: "GET",
      path: "/pos/registers",
      surface: "page",
      access,
      handle: (request) => draw(request),
    }),
    route({
      method: "POST",
      path: "/pos/registers",
      surface: "page",
      access,
      body,
      redraw: (request, form) => draw(request, form),
      handle: async (request) => {
        const { body } = request;
        const { id } = await carts.register({ ...atNone(request), chosen: body.register_id });
        if (id !== body.register_id)
          throw fieldFault("register_id", "REGISTER_UNKNOWN", "pos.validation.register_unknown");
        await carts.moveStranded(sellerOf(request.session), id);
        return redirect("/pos", { cookies: [registerCookie(id)] });
      },
    }),
  ];
}
