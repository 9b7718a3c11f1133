/** The agents that look at shelves, in one run: what is expected to be sold is worked out once for all of them. */
import type { Job } from "../../../kernel/jobs.ts";
import { type AgentName, addLooked, nothingYet } from "../domain.ts";
import type { Findings } from "../findings.ts";
import type { Forecasts } from "./forecasts.ts";
import type { StoreAgent } from "./stock.ts";

export function createShelves(parts: {
  findings: Pick<Findings, "begin" | "keep">;
  forecasts: Pick<Forecasts, "all">;
  agents: Partial<Record<AgentName, StoreAgent>>;
}): Job["run"] {
  const { findings, forecasts, agents } = parts;
  return async ({ log, signal }) => {
    const runs = [];
    for (const [name, agent] of Object.entries(agents) as [AgentName, StoreAgent][])
      runs.push({ name, agent, turn: await findings.begin(name), result: nothingYet(), fault: undefined as unknown });
    for await (const { storeId, expected } of forecasts.all(signal))
      for (const run of runs) {
        if (run.fault !== undefined) continue;
        try {
          addLooked(run.result, await run.agent(storeId, expected));
        } catch (fault) {
          // what the others have to say is said all the same
          run.fault = fault;
        }
      }
    for (const { name, turn, result, fault } of runs)
      if (fault === undefined) log.info(await findings.keep(name, turn, result), `the agent ${name} has looked`);
    const failed = runs.find(({ fault }) => fault !== undefined);
    if (failed) throw failed.fault;
  };
}
