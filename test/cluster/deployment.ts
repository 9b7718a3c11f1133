/** ops/deploy/deploy on the instances of a test: what starts one is the test itself, all else is as an operator has it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import process from "node:process";
import { root } from "../arch/sources.ts";
import type { RunningApp } from "../crash/app.ts";
import type { Edge } from "../harness/nginx.ts";

export interface Deployment {
  apps: readonly RunningApp[];
  edge: Edge;
  /** the settings of the instances */
  env: Record<string, string>;
  /** for its log */
  folder: string;
}

/** Brings this version in on all of them, one after the other. @throws what it said, when it did not end well */
export async function deploy({ apps, edge, env, folder }: Deployment): Promise<void> {
  const control = createServer(async (request, answer) => {
    const app = apps[Number(request.url?.slice(1))];
    await app?.stop();
    const started = app?.killAndRestart().then(
      () => true,
      () => false,
    );
    answer.statusCode = (await started) ? 200 : 500;
    answer.end();
  }).listen(0, "127.0.0.1");
  await once(control, "listening");
  const starter = `http://127.0.0.1:${(control.address() as AddressInfo).port}`;
  const driver = join(folder, "driver.sh");
  await writeFile(
    driver,
    `
urls=(${apps.map(({ url }) => url).join(" ")})
instances() { printf '%s\\n' ${apps.map((_, index) => index).join(" ")}; }
behind_edge() { return 0; }
upstreams() { echo '${join(edge.folder, "place/upstreams.conf")}'; }
edge_line() { echo "server \${urls[$1]#http://} max_fails=2 fail_timeout=5s;"; }
edge_reload() { ops/nginx/reload ${edge.reloadWords.join(" ")}; }
version_of() { curl -fsS "\${urls[$1]}/api/v1/health" | sed -n 's/.*"version":"\\([^"]*\\)".*/\\1/p'; }
prepare() { return 0; }
setting() { return 0; }
start() { curl -fsS -X POST "${starter}/$1"; }
has_died() { return 1; }
is_ready() { curl -fsS --max-time 3 "\${urls[$1]}/health/ready" >/dev/null 2>&1; }
run_command() { shift; node --import tsx kernel/command-main.ts "$@"; }
validate() { for url in "\${urls[@]}"; do VALIDATE_SECONDS=60 VALIDATE_URL=$url node --import tsx kernel/validate-main.ts || return 1; done; }
remember() { return 0; }
`,
  );
  try {
    const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { version: string };
    const child = spawn(join(root, "ops/deploy/deploy"), [version, "--no-backup", "--with", driver], {
      env: { ...env, PATH: `${process.env["PATH"]}:/usr/sbin`, LOG_DIR: folder, DEPLOY_LOG_DIR: folder },
      stdio: ["ignore", "ignore", "inherit"],
    });
    const [code] = await once(child, "exit");
    if (code === 0) return;
    throw new Error(`it ended with ${code}:\n${await readFile(join(folder, "deployment-output.log"), "utf8")}`);
  } finally {
    control.closeAllConnections();
    control.close();
  }
}
