/** What the agents say, on a page: read, dismissed, made into an order. */
import { pageOf, readCursor } from "../../../kernel/http/cursor.ts";
import { page, redirect } from "../../../kernel/http/reply.ts";
import { type Route, route } from "../../../kernel/http/route.ts";
import type { Stores } from "../../../kernel/stores/store.ts";
import { ORDER_PERMISSION } from "../../purchases/api.ts";
import { AGENTS, STATES } from "../domain.ts";
import type { Findings } from "../findings.ts";
import { findingRow } from "../present.ts";
import { findingParams, findingsQuery, stateBody } from "../schema.ts";

export const READ = { permission: "agents.read" } as const;
export const ACT = { permission: "agents.act" } as const;

export interface AgentParts {
  findings: Findings;
  stores: Pick<Stores, "shopsOf" | "shopOf">;
}

export function agentPages({ findings, stores: shops }: AgentParts): Route[] {
  return [
    route({
      method: "GET",
      path: "/agents",
      surface: "page",
      access: READ,
      query: findingsQuery,
      handle: async ({ query, text, shop, stores, can, session, address }) => {
        const { agent, state, limit } = query;
        const before = readCursor(query.cursor, ["number"])?.[0];
        const found = await findings.list({ stores, can }, { agent, state, before, limit });
        const { rows, next } = pageOf(found, limit, ({ id }) => [id]);
        const may = {
          act: can(ACT.permission),
          order: findings.canOrder && can(ACT.permission) && can(ORDER_PERMISSION),
        };
        const actor = { user: { id: session.user.id, username: session.user.username }, address };
        const filter = new URLSearchParams();
        for (const [key, value] of Object.entries({ agent, state })) if (value) filter.set(key, value);
        if (next) filter.set("cursor", next);
        const shown = [];
        for (const one of rows) {
          const { currency } = await shops.shopOf(one.kind === "order" ? undefined : one.storeId);
          const dismiss = may.act && (await findings.mayDismiss({ stores, can }, actor, one));
          shown.push(findingRow(one, { text, currency, stores, timeZone: shop.timeZone }, { ...may, dismiss }));
        }
        return page("agents/findings", {
          title: text.t("agents.title"),
          rows: shown,
          next: next ? `/agents?${filter}` : undefined,
          filter: { agent: agent ?? "", state: state ?? "" },
          agents: [
            { value: "", label: text.t("agents.all") },
            ...AGENTS.map((value) => ({ value, label: text.t(`agents.agent.${value}`) })),
          ],
          states: [
            { value: "", label: text.t("agents.open") },
            ...STATES.map((value) => ({ value, label: text.t(`agents.state.${value}`) })),
          ],
          runs: (await findings.runs({ stores, can })).map(({ agent: name, run, found: standing }) => ({
            name: text.t(`agents.agent.${name}`),
            about: text.t(`agents.about.${name}`),
            ran: run
              ? text.t("agents.ran", {
                  when: text.dateTime(run.ranAt, shop.timeZone),
                  looked: run.looked,
                  able: run.able,
                  found: standing,
                })
              : text.t("agents.never"),
          })),
        });
      },
    }),
    route({
      method: "POST",
      path: "/agents/findings/:id/state",
      surface: "page",
      access: ACT,
      idempotent: true,
      params: findingParams,
      body: stateBody,
      handle: async ({ tx, params, body, session, address, stores, can }) => {
        const actor = { user: { id: session.user.id, username: session.user.username }, address };
        await findings.set(tx, { stores, can }, actor, params.id, body.state);
        return redirect("/agents", { flash: { text: `agents.flash.${body.state}` } });
      },
    }),
  ];
}

/** Only with the plugin that buys: the permission is its own. */
export function orderPages({ findings }: AgentParts): Route[] {
  return [
    route({
      method: "POST",
      path: "/agents/findings/:id/order",
      surface: "page",
      access: { ...ACT, also: [ORDER_PERMISSION] },
      idempotent: true,
      params: findingParams,
      handle: async ({ tx, params, session, address, stores, can }) => {
        const actor = { user: { id: session.user.id, username: session.user.username }, address };
        const order = await findings.order(tx, { stores, can }, actor, params.id);
        return redirect(`/purchases/orders/${order}`, { flash: { text: "agents.flash.ordered" } });
      },
    }),
  ];
}
