/** The agents that look at shelves, in one run: what is expected to be sold is worked out once for all of them. */
import type { Job } from "../../../kernel/jobs.ts";
import { type AgentName, addLooked, type Looked, nothingYet } from "../domain.ts";
import type { Findings } from "../findings.ts";
import type { Forecasts } from "./forecasts.ts";
import type { StoreAgent } from "./stock.ts";

interface Running {
  name: AgentName;
  agent: StoreAgent;
  turn: number;
  result: Looked;
  fault?: unknown;
}

export function createShelves(parts: {
  findings: Pick<Findings, "begin" | "keep">;
  forecasts: Pick<Forecasts, "all">;
  agents: Partial<Record<AgentName, StoreAgent>>;
}): Job["run"] {
  const { findings, forecasts, agents } = parts;
  return async ({ log, signal }) => {
    const runs: Running[] = [];
    for (const [name, agent] of Object.entries(agents) as [AgentName, StoreAgent][])
      runs.push({ name, agent, turn: await findings.begin(name), result: nothingYet() });
    /** What the others have to say is said all the same when one fails. */
    const each = async (work: (run: Running) => Promise<void>) => {
      for (const run of runs) {
        if (run.fault !== undefined) continue;
        try {
          await work(run);
        } catch (fault) {
          run.fault = fault;
        }
      }
    };
    for await (const { storeId, expected } of forecasts.all(signal))
      await each(async ({ agent, result }) => addLooked(result, await agent(storeId, expected)));
    await each(async ({ name, turn, result }) =>
      log.info(await findings.keep(name, turn, result), `the agent ${name} has looked`),
    );
    const failed = runs.find(({ fault }) => fault !== undefined);
    if (failed) throw failed.fault;
  };
}
