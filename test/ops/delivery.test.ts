/** The workflow of GitHub calls scripts that are here; the scripts, with programs that only note what they were told. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "mocha";
import { parse } from "yaml";
import { root } from "../arch/sources.ts";

interface Job {
  needs?: string | string[];
  environment?: string;
  steps: { uses?: string; run?: string; env?: Record<string, string> }[];
}

const read = (path: string) => readFile(join(root, path), "utf8");

describe(".github/workflows/delivery.yml", () => {
  let jobs: Record<string, Job>;
  let scripts: Record<string, string>;
  before(async () => {
    ({ jobs } = parse(await read(".github/workflows/delivery.yml")) as { jobs: Record<string, Job> });
    ({ scripts } = JSON.parse(await read("package.json")) as { scripts: Record<string, string> });
  });

  it("builds, tests, makes the image, deploys, monitors, in this order", () => {
    assert.deepEqual(
      Object.entries(jobs).map(([name, { needs = [] }]) => [name, [needs].flat()]),
      [
        ["build", []],
        ["test", ["build"]],
        ["image", ["build"]],
        ["deploy", ["test", "image"]],
        ["monitor", ["deploy"]],
      ],
    );
  });

  it("each step is a script of this repository, or npm's own; of others it uses the checkout alone", async () => {
    for (const { uses, run } of Object.values(jobs).flatMap(({ steps }) => steps)) {
      assert.ok(uses === undefined || /^actions\/checkout@v\d+$/.test(uses), uses);
      const [, script] = /^(\S+)/.exec(run ?? "") ?? [];
      if (script === undefined || run === "npm ci") continue;
      const named = /^npm run (\S+)$/.exec(run ?? "")?.[1];
      if (named !== undefined) assert.ok(named in scripts, run);
      else assert.ok(((await stat(join(root, script))).mode & 0o111) !== 0, run);
    }
    const runs = Object.values(jobs).flatMap(({ steps }) => steps.map(({ run }) => run));
    for (const script of [".ci/run", "ops/image/build", "ops/deploy/remote"]) assert.ok(runs.includes(script), script);
  });

  it("gives secrets to the steps that need them, by environment", () => {
    for (const [name, { steps, environment }] of Object.entries(jobs))
      for (const { run = "", env = {} } of steps) {
        assert.doesNotMatch(run, /secrets\./);
        if (Object.values(env).some((value) => /secrets\.DEPLOY/.test(value)))
          assert.equal(environment, "production", name);
      }
  });
});

describe("ops/deploy/remote", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "pos-odata-remote-"));
    await writeFile(join(folder, "ssh"), '#!/bin/sh\ncat "$2" - >&2\nprintf "%s\\n" "$@"\nexit 3\n');
    await chmod(join(folder, "ssh"), 0o755);
  });
  after(() => rm(folder, { recursive: true, force: true }));
  const remote = (env: Record<string, string>) =>
    spawnSync(join(root, "ops/deploy/remote"), [], {
      encoding: "utf8",
      env: {
        PATH: process.env["PATH"],
        SSH: join(folder, "ssh"),
        DEPLOY_HOST: "pos@shop.example",
        DEPLOY_FOLDER: "/srv/the shop",
        DEPLOY_KEY: "the key",
        DEPLOY_KNOWN_HOSTS: "shop.example ssh-ed25519 AAAA",
        ...env,
      },
    });

  it("runs the deployment over there, by a host that is known, and ends as it ended", () => {
    const { status, stdout, stderr } = remote({
      TAG: "v1.2.3",
      POS_IMAGE: "registry.example/Shop/POS",
      VALIDATE_USERNAME: "prueba",
      VALIDATE_PASSWORD: "a pass'word $x",
    });
    assert.equal(status, 3);
    assert.equal(stderr, "the key\nprueba\na pass'word $x\n", "the account goes by standard input");
    assert.match(stdout, /StrictHostKeyChecking=yes/);
    const words = stdout.trim().split("\n");
    assert.equal(words.at(-2), "pos@shop.example");
    assert.equal(
      words.at(-1)?.replace(/^.*(?=cd )/, ""),
      "cd /srv/the\\ shop && git fetch --quiet --tags && git checkout --quiet v1.2.3 && POS_IMAGE=registry.example/shop/pos VALIDATE_ALL=true ops/deploy/deploy 1.2.3",
    );
  });

  it("the shell over there hands the account to the deployment, and what is not said stands in its .env", async () => {
    const there = join(folder, "there");
    await mkdir(join(there, "ops/deploy"), { recursive: true });
    const told = 'printf \'%s|\' "$1" "$VALIDATE_USERNAME" "$VALIDATE_PASSWORD" "$VALIDATE_ALL" "$POS_IMAGE"';
    await writeFile(join(there, "ops/deploy/deploy"), `#!/bin/sh\n${told}\nexit 1\n`);
    await writeFile(join(folder, "git"), "#!/bin/sh\n");
    await writeFile(join(folder, "shell"), '#!/bin/sh\nfor last; do :; done\nexec sh -c "$last"\n');
    for (const file of ["there/ops/deploy/deploy", "git", "shell"]) await chmod(join(folder, file), 0o755);
    const run = (env: Record<string, string>) => {
      const PATH = `${folder}:${process.env["PATH"]}`;
      return remote({ TAG: "v1.2.3", DEPLOY_FOLDER: there, SSH: join(folder, "shell"), PATH, ...env });
    };
    const named = run({ VALIDATE_USERNAME: "prueba", VALIDATE_PASSWORD: "a pass'word $x" });
    assert.deepEqual([named.status, named.stdout], [1, "1.2.3|prueba|a pass'word $x|true||"], named.stderr);
    const silent = run({ VALIDATE_ALL: "false" });
    assert.deepEqual([silent.status, silent.stdout], [1, "1.2.3|||false||"], silent.stderr);
  });

  it("takes nothing for a tag that is none", () => {
    assert.equal(remote({ TAG: "v1; rm -rf /" }).status, 2);
  });
});

describe("ops/image/build", () => {
  it("makes no image of a version that the tag does not name", async () => {
    const { version } = JSON.parse(await read("package.json")) as { version: string };
    const folder = await mkdtemp(join(tmpdir(), "pos-odata-image-"));
    try {
      await writeFile(join(folder, "docker"), '#!/bin/sh\necho "$@"\n');
      await chmod(join(folder, "docker"), 0o755);
      const build = (TAG: string) =>
        spawnSync(join(root, "ops/image/build"), [], {
          encoding: "utf8",
          env: { PATH: `${folder}:${process.env["PATH"]}`, TAG },
        });
      const wrong = build("v99.0.0");
      assert.deepEqual([wrong.status, wrong.stdout], [2, ""]);
      assert.match(wrong.stderr, /v99\.0\.0/);
      for (const tag of ["", `v${version}`])
        assert.match(build(tag).stdout, new RegExp(`^build .* -t pos-odata:${version} \\.$`, "m"), tag);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
