/** One page for the settings of the shop and of all plugins. */

import { z } from "zod";
import { validationError } from "../http/faults.ts";
import type { ShellRouteParts } from "../http/parts.ts";
import { page, type Reply, redirect } from "../http/reply.ts";
import { type FormState, type Route, route } from "../http/route.ts";
import type { Text } from "../i18n.ts";
import type { Setting } from "../settings/settings.ts";
import { shopSettings } from "../settings/shop.ts";

/** One value each, as typed; what it must be is the setting's own schema's to say. */
const typed = z.string("kernel.validation.text").max(1000, "kernel.validation.too_long").optional();

const access = { permission: "settings.manage" } as const;

export function settingsRoutes({ db, settings, stores, audit, pluginSettings }: ShellRouteParts): Route[] {
  const all: Setting<unknown>[] = [...(Object.values(shopSettings) as Setting<unknown>[]), ...pluginSettings];

  const draw = async (text: Text, form?: FormState): Promise<Reply> => {
    const fields = await Promise.all(all.map(async (one) => fieldOf(one, await settings.get(one), text, form)));
    return page("settings", { title: text.t("kernel.nav.settings"), fields, form });
  };

  return [
    route({ method: "GET", path: "/settings", surface: "page", access, handle: ({ text }) => draw(text) }),
    route({
      method: "POST",
      path: "/settings",
      surface: "page",
      access,
      body: z.strictObject(Object.fromEntries(all.map(({ key }) => [key, typed]))),
      redraw: ({ text }, form) => draw(text, form),
      handle: async ({ body, session, address }) => {
        const values = all.map((one) => ({ one, value: readValue(one, body) }));
        await db.transaction(async (tx) => {
          for (const { one, value } of values) {
            const before = await settings.get(one);
            if (before === value) continue;
            if (one.key === shopSettings.currency.key) await stores.checkShopCurrency(tx);
            await settings.set(tx, one, value);
            await audit(tx, {
              user: session.user,
              action: "setting.changed",
              subject: `setting:${one.key}`,
              before,
              after: value,
              address,
            });
          }
        });
        return redirect("/settings", { flash: { text: "kernel.flash.saved" } });
      },
    }),
  ];
}

function readValue(one: Setting<unknown>, body: Record<string, string | undefined>): unknown {
  if (one.field === "flag") return body[one.key] !== undefined && body[one.key] !== "";
  const result = one.schema.safeParse(body[one.key] ?? "", { reportInput: true });
  if (!result.success) {
    const error = validationError(result.error);
    for (const fault of error.details.fields ?? []) fault.path = one.key;
    throw error;
  }
  return result.data;
}

function fieldOf(one: Setting<unknown>, value: unknown, text: Text, form: FormState | undefined) {
  const [owner = "", name = ""] = one.key.split(".");
  const label = `${owner}.settings.${name}`;
  const typed = form?.values[one.key];
  return {
    key: one.key,
    label: text.t(label),
    hint: text.has(`${label}_hint`) ? text.t(`${label}_hint`) : undefined,
    field: one.field,
    value: one.field === "flag" ? (form ? typed !== undefined : value === true) : (typed ?? String(value)),
    options: (one.options ?? []).map((option) => ({ value: option, label: option })),
    error: form?.errors[one.key],
  };
}
