/** Built releases of this program in a folder, as an operator has them, and what starts them in systemd's place. */
import { execFile } from "node:child_process";
import { chmod, cp, mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { root } from "../arch/sources.ts";
import { whyNoProgram } from "../harness/programs.ts";

const run = promisify(execFile);

export interface Change {
  /** files of the release, instead of what is there; a path from its folder */
  files?: Record<string, string>;
}

/** Compiles the sources into `folder`/releases/`version`. */
export async function buildRelease(folder: string, version: string, change: Change = {}): Promise<void> {
  const release = join(folder, "releases", version);
  await mkdir(release, { recursive: true });
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  await run(process.execPath, [tsc, "-p", root, "--outDir", join(release, "dist"), "--sourceMap", "false"]);
  for (const part of ["kernel", "plugins", "views", "public"])
    await cp(join(root, part), join(release, part), {
      recursive: true,
      filter: (path) => !/\.ts$|\/test$/.test(path),
    });
  await cp(join(root, "package.json"), join(release, "package.json"));
  await symlink(join(root, "node_modules"), join(release, "node_modules"));
  await run(process.execPath, [join(release, "dist/kernel/bundle/make.js"), join(release, "dist")]);
  await amend(release, version, change);
}

/** Another version, which differs from `base` in its name and in `change`. */
export async function copyRelease(folder: string, base: string, version: string, change: Change = {}): Promise<void> {
  const release = join(folder, "releases", version);
  await run("cp", ["-al", join(folder, "releases", base), release]);
  await amend(release, version, change);
}

async function amend(release: string, version: string, { files = {} }: Change): Promise<void> {
  const own = JSON.parse(await readFile(join(release, "package.json"), "utf8")) as { scripts: Record<string, string> };
  const described = { ...own, version, scripts: { ...own.scripts, validate: "node validate.mjs" } };
  for (const [path, text] of Object.entries({ "package.json": JSON.stringify(described), ...files })) {
    // a file that is shared with another release is replaced, not written into
    await rm(join(release, path), { force: true });
    await writeFile(join(release, path), text);
  }
}

/** Does what ops/deploy/systemd.sh asks of systemctl, with processes of ours. */
export async function writeSystemctl(folder: string): Promise<string> {
  const file = join(folder, "systemctl");
  await writeFile(
    file,
    `#!/usr/bin/env bash
set -u
home=${folder}
verb=$1
unit=\${!#}
name=\${unit#pos-odata@}
pid_file=$home/run/$name.pid
alive() { [ -s "$pid_file" ] && readlink "/proc/$(cat "$pid_file")/exe" >/dev/null 2>&1; }
stop() {
  alive || return 0
  kill -TERM "$(cat "$pid_file")"
  for _ in $(seq 300); do alive || return 0; sleep 0.1; done
  kill -KILL "$(cat "$pid_file")"
}
case $verb in
  stop) stop ;;
  restart)
    stop
    cd "$home/instances/$name" || exit 1
    POS_HOME=$home . ${join(root, "ops/deploy/systemd.sh")}
    export_settings "$home/settings/common.env"; export_settings "$home/settings/$name.env"
    setsid ${process.execPath} dist/kernel/main.js </dev/null >>"$home/run/$name.out" 2>&1 9>&- &
    echo $! >"$pid_file" ;;
  is-failed) ! alive ;;
  *) echo "no such verb: $verb" >&2; exit 1 ;;
esac
`,
  );
  await chmod(file, 0o755);
  return file;
}

/** undefined, or why there is none here. */
export function whyNoDeploy(): string | undefined {
  return whyNoProgram("bash", "flock", "curl");
}
