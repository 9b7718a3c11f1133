/** `npm run env-example`: writes .env.example from the schemas of the kernel and of the plugins in plugins/. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { describeConfig, kernelConfigSchema } from "./config.ts";
import { discoverPlugins, projectRoots } from "./discover.ts";
import { validateConfigSchema } from "./validate/config.ts";

export const ENV_EXAMPLE = join(projectRoots().assets, ".env.example");

/** What .env.example must say. */
export async function envExample(): Promise<string> {
  const found = await discoverPlugins(projectRoots(), []);
  const plugins = found.flatMap(({ definition: { name, config } }) =>
    config ? [{ owner: name, schema: config }] : [],
  );
  const own = { owner: "kernel", schema: kernelConfigSchema };
  return describeConfig([own, ...plugins, { owner: "validate", schema: validateConfigSchema }]);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) writeFileSync(ENV_EXAMPLE, await envExample());
