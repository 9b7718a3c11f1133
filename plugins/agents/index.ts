/** Agents that look ahead: each runs as a job, says what it found in a sentence, and is silent of what it knows too little of. */
import type { Job } from "../../kernel/jobs.ts";
import { definePlugin, KERNEL_VERSION } from "../../kernel/plugin.ts";
import { optionalRef } from "../../kernel/service.ts";
import { inventoryRef } from "../inventory/api.ts";
import { salesRef } from "../pos/api.ts";
import { purchasesRef } from "../purchases/api.ts";
import type { Agent, AgentName } from "./domain.ts";
import { errors } from "./errors.ts";
import { createFindings } from "./findings.ts";
import { agentsApi, orderApi } from "./routes/api-v1.ts";
import { ACT, agentPages, orderPages, READ } from "./routes/pages.ts";
import { costRise, marginTarget } from "./settings.ts";
import { createAnomalyWatch } from "./watching/anomalies.ts";
import { createForecasts } from "./watching/forecasts.ts";
import { createMarginWatch } from "./watching/margins.ts";
import { createShelves } from "./watching/shelves.ts";
import { createReorderAdvice, createStockWatch } from "./watching/stock.ts";

export const plugin = definePlugin({
  name: "agents",
  kernel: KERNEL_VERSION,
  optional: true,
  paths: ["/agents", "/api/v1/agents"],
  needs: { inventory: inventoryRef, sales: salesRef, purchases: optionalRef(purchasesRef) },
  permissions: { [READ.permission]: { roles: ["manager"] }, [ACT.permission]: { roles: ["manager"] } },
  settings: [marginTarget, costRise],
  errors,
  setup(host) {
    const { inventory, sales, purchases } = host.services;
    const findings = createFindings({ ...host, purchases });
    const forecasts = createForecasts({ ...host, inventory });
    const watching = { ...host, inventory, sales, purchases };
    const shelves = createShelves({
      findings,
      forecasts,
      agents: {
        stock: createStockWatch({ purchases }),
        ...(purchases ? { reorder: createReorderAdvice({ purchases }) } : {}),
      },
    });
    const job = (name: AgentName, cron: string, agent: Agent): Job => ({
      name: `${name}-agent`,
      cron,
      async run({ log, signal }) {
        log.info(await findings.run(name, agent, signal), `the agent ${name} has looked`);
      },
    });
    const parts = { findings, stores: host.stores };
    return {
      routes: [
        ...agentPages(parts),
        ...agentsApi(parts),
        ...(purchases ? [...orderPages(parts), ...orderApi(parts)] : []),
      ],
      jobs: [
        // the day is over wherever shops of the Americas close late
        { name: "shelves-agents", cron: "11 9 * * *", run: shelves },
        job("margin", "31 5 * * *", createMarginWatch(watching)),
        job("anomaly", "41 * * * *", createAnomalyWatch(watching)),
      ],
      nav: [{ key: "agents", path: "/agents", permission: READ.permission, order: 93, rare: true }],
    };
  },
});
