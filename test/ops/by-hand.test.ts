/** What ops/README.md lets an operator type, typed by a test: paths of this machine stand for those of a server. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { after, before, describe, it } from "mocha";
import { root } from "../arch/sources.ts";
import { selfSigned } from "../harness/certificate.ts";
import { freePort } from "../harness/free-port.ts";
import { whyNoNginx } from "../harness/nginx.ts";
import { PATH } from "../harness/programs.ts";

describe("ops/README.md, by hand", () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "pos-odata-by-hand-"));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it("Debian's nginx takes the files once the block has been typed, and asks the two instances", async function () {
    const reason = whyNoNginx();
    if (reason !== undefined) {
      process.stderr.write(`      skipped: ${reason}\n`);
      return this.skip();
    }
    const text = await readFile(join(root, "ops/README.md"), "utf8");
    const block = /For Debian's nginx[^\n]*\n\n```sh\n([\s\S]+?)```/.exec(text)?.[1] ?? "";
    assert.match(block, /nginx -t && systemctl reload nginx\n$/);
    const etc = join(folder, "etc/nginx");
    for (const name of ["etc/nginx", "log"]) await mkdir(join(folder, name), { recursive: true });
    const [plain, secure] = [await freePort(), await freePort()];
    const typed = block
      .replaceAll("/etc/nginx", etc)
      .replaceAll("/var/log/nginx", join(folder, "log"))
      .replaceAll("/var/cache/nginx", join(folder, "cache"))
      .replace("nginx -t && systemctl reload nginx\n", "");
    const { status, stderr } = spawnSync("bash", ["-euc", typed], { cwd: root, encoding: "utf8", env: { PATH } });
    assert.equal(status, 0, stderr);

    // a test has no port 80, no certificate, and leaves the machine's own nginx alone
    const place = async (name: string, change: (text: string) => string) => {
      const file = join(etc, "place", name);
      await writeFile(file, change(await readFile(file, "utf8")));
    };
    await place("http.conf", (lines) => lines.replaceAll(/\b80\b/g, String(plain)));
    await place("https.conf", (lines) => lines.replaceAll(/\b443\b/g, String(secure)));
    await place("process.conf", (lines) => lines.replace("/run/nginx.pid", join(folder, "pid")));
    await place("edge.conf", (lines) =>
      lines.replaceAll("/var/cache/nginx", join(folder, "cache")).replaceAll("/etc/nginx", etc),
    );
    await selfSigned({ certificate: join(etc, "tls/fullchain.pem"), key: join(etc, "tls/privkey.pem") });
    const tried = spawnSync("nginx", ["-t", "-c", join(etc, "nginx.conf")], { encoding: "utf8", env: { PATH } });
    assert.equal(tried.status, 0, tried.stderr);
    assert.doesNotMatch(tried.stderr, /warn/);
    const upstreams = await readFile(join(etc, "place/upstreams.conf"), "utf8");
    assert.deepEqual(upstreams.match(/127\.0\.0\.1:\d+/g), ["127.0.0.1:3001", "127.0.0.1:3002"]);
    const all = await Promise.all(
      ["process", "edge", "https"].map((name) => readFile(join(etc, `place/${name}.conf`), "utf8")),
    );
    assert.doesNotMatch(all.join("\n"), /\/dev\/std|\/run\/secrets/);
  });
});
