/** Jobs run by the clock in the kernel that a shop starts: the kernels of other tests leave that out. */
import assert from "node:assert/strict";
import { afterEach, describe, it } from "mocha";
import type { KernelOptions } from "../../kernel/kernel.ts";
import { found, openSystem, plugin, type System } from "../contract/system.ts";
import { until } from "../harness/until.ts";

describe("jobs of a kernel", () => {
  let system: System | undefined;
  afterEach(() => system?.close());

  const open = async (options: Pick<KernelOptions, "ticks">) => {
    let runs = 0;
    const job = { name: "each-second", cron: "* * * * * *", run: async () => void runs++ };
    system = await openSystem([found(plugin("clockwork", { setup: () => ({ jobs: [job] }) }))], options);
    return { kernel: system.kernel, runs: () => runs };
  };

  it("run by the clock where nothing else is said", async () => {
    // as kernel/run.ts starts it
    const { runs } = await open({ ticks: undefined as never });
    await until(() => runs() >= 2);
  });

  it("run only when asked where the clock is left out", async () => {
    const { kernel, runs } = await open({});
    await kernel.jobs.runNow("clockwork", "each-second");
    assert.equal(runs(), 1);
  });
});
