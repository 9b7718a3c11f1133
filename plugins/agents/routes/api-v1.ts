/** What the agents say, for programs. */
import { pageOf, readCursor } from "../../../kernel/http/cursor.ts";
import { json } from "../../../kernel/http/reply.ts";
import { type Route, route } from "../../../kernel/http/route.ts";
import { ORDER_PERMISSION } from "../../purchases/api.ts";
import { findingJson } from "../present.ts";
import {
  agentsAnswer,
  findingAnswer,
  findingParams,
  findingsAnswer,
  findingsQuery,
  orderAnswer,
  stateBody,
} from "../schema.ts";
import { ACT, type AgentParts, READ } from "./pages.ts";

export function agentsApi({ findings, stores: shops }: AgentParts): Route[] {
  const currencyOf = async ({ kind, storeId }: { kind: string; storeId: number | undefined }) =>
    (await shops.shopOf(kind === "order" ? undefined : storeId)).currency;
  return [
    route({
      method: "GET",
      path: "/api/v1/agents",
      surface: "v1",
      access: READ,
      summary:
        "The agents, and when each looked last: at how many things, of how many it knew enough to speak; how many of its findings stand for who asks",
      returns: { 200: agentsAnswer },
      handle: async ({ text, stores, can }) =>
        json({
          data: (await findings.runs({ stores, can })).map(({ agent, run, found }) => ({
            agent,
            name: text.t(`agents.agent.${agent}`),
            about: text.t(`agents.about.${agent}`),
            ran_at: run?.ranAt.toISOString() ?? null,
            looked: run?.looked ?? null,
            able: run?.able ?? null,
            found: run ? found : null,
          })),
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/agents/findings",
      surface: "v1",
      access: READ,
      query: findingsQuery,
      summary: "What the agents say, newest first; without a state what stands and nobody dismissed",
      returns: { 200: findingsAnswer },
      handle: async ({ query, text, stores, can }) => {
        const { agent, state, limit } = query;
        const before = readCursor(query.cursor, ["number"])?.[0];
        const found = await findings.list({ stores, can }, { agent, state, before, limit });
        const { rows, next } = pageOf(found, limit, ({ id }) => [id]);
        const data = [];
        for (const one of rows) data.push(findingJson(one, text, await currencyOf(one)));
        return json({ data, next_cursor: next });
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/agents/findings/:id/state",
      surface: "v1",
      access: ACT,
      idempotent: true,
      params: findingParams,
      body: stateBody,
      summary:
        "Says that a finding was read, or that nobody wants to hear of it until it has been gone once or there are news of it",
      returns: { 200: findingAnswer },
      handle: async ({ tx, params, body, session, address, stores, can, text }) => {
        const actor = { user: { id: session.user.id, username: session.user.username }, address };
        const found = await findings.set(tx, { stores, can }, actor, params.id, body.state);
        return json(findingJson(found, text, await currencyOf(found)));
      },
    }),
  ];
}

/** Only with the plugin that buys: the permission is its own. */
export function orderApi({ findings }: AgentParts): Route[] {
  return [
    route({
      method: "POST",
      path: "/api/v1/agents/findings/:id/order",
      surface: "v1",
      access: { ...ACT, also: [ORDER_PERMISSION] },
      idempotent: true,
      params: findingParams,
      summary: "Makes a draft of a purchase order of advice to order",
      returns: { 201: orderAnswer },
      handle: async ({ tx, params, session, address, stores, can }) => {
        const actor = { user: { id: session.user.id, username: session.user.username }, address };
        const orderId = await findings.order(tx, { stores, can }, actor, params.id);
        return json({ order_id: orderId, finding_id: params.id }, 201);
      },
    }),
  ];
}
