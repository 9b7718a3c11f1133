/** What we ship of others: exactly what the lock says, listed for whoever asks, and stopped when a hole is known. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { describe, it } from "mocha";
import { projectRoots } from "../../kernel/discover.ts";

interface LockEntry {
  version?: string;
  integrity?: string;
  resolved?: string;
  dev?: boolean;
  optional?: boolean;
  devOptional?: boolean;
  link?: boolean;
}

interface Component {
  name: string;
  version: string;
  properties?: { name: string }[];
}

const root = projectRoots().assets;
const read = <T>(name: string) => JSON.parse(readFileSync(join(root, name), "utf8")) as T;

describe("packages of others", () => {
  const lock = read<{ lockfileVersion: number; packages: Record<string, LockEntry> }>("package-lock.json");
  const entries = Object.entries(lock.packages).filter(([path]) => path !== "");
  const nameOf = (path: string) => path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);

  it("each is locked to one version and one content, and to no address", () => {
    assert.equal(lock.lockfileVersion, 3);
    assert.ok(entries.length > 100);
    for (const [path, { version, integrity, resolved, link }] of entries) {
      assert.match(version ?? "", /^\d+\.\d+\.\d+/, path);
      assert.match(integrity ?? "", /^sha512-[\w+/=]{80,}$/, path);
      assert.deepEqual([resolved, link], [undefined, undefined], path);
    }
  });

  it("package.json names exact versions, the locked ones", () => {
    const own = read<Record<"dependencies" | "devDependencies", Record<string, string>>>("package.json");
    for (const [name, version] of Object.entries({ ...own.dependencies, ...own.devDependencies }))
      assert.equal(lock.packages[`node_modules/${name}`]?.version, version, name);
  });

  it("npm run sbom lists every one, as CycloneDX, and tells those of development apart", function () {
    const npm = process.env["npm_execpath"];
    if (npm === undefined) {
      process.stderr.write("      not started by npm: run npm test to check the bill of materials\n");
      return this.skip();
    }
    const sbom = ["sbom", "--sbom-format", "cyclonedx", "--sbom-type", "application"];
    const { stdout, stderr, status } = spawnSync(process.execPath, [npm, ...sbom], { cwd: root, encoding: "utf8" });
    assert.equal(status, 0, stderr);
    const bom = JSON.parse(stdout) as { bomFormat: string; components: Component[] };
    assert.equal(bom.bomFormat, "CycloneDX");
    const listed = new Map(bom.components.map((one) => [`${one.name}@${one.version}`, one]));
    const installed = entries.filter(([, { optional, devOptional }]) => !optional && !devOptional);
    assert.ok(installed.filter(([, { dev }]) => !dev).length > 50);
    for (const [path, { version, dev = false }] of installed) {
      const one = listed.get(`${nameOf(path)}@${version}`);
      const isDev = one?.properties?.some(({ name }) => name === "cdx:npm:package:development") ?? false;
      assert.deepEqual([one !== undefined, isDev], [true, dev], path);
    }
  });

  const gate = (input: string) =>
    spawnSync(process.execPath, [join(root, ".ci", "audit.mjs")], { input, encoding: "utf8" });
  const report = (severity: string) =>
    JSON.stringify({ auditReportVersion: 2, vulnerabilities: { leaky: { name: "leaky", severity, range: "<2" } } });

  it("a known hole rated high stops the line, a lesser one is told", () => {
    for (const [severity, status] of [
      ["critical", 1],
      ["high", 1],
      ["moderate", 0],
    ] as const) {
      const answer = gate(report(severity));
      assert.equal(answer.status, status, severity);
      assert.match(answer.stdout, new RegExp(`${severity} in leaky <2`));
    }
    assert.equal(gate(JSON.stringify({ auditReportVersion: 2, vulnerabilities: {} })).status, 0);
  });

  it("a registry that cannot say is no clean bill: it is said", () => {
    for (const input of ['{"message":"405 Method Not Allowed"}', "", "<html>"]) {
      const answer = gate(input);
      assert.equal(answer.status, 0);
      assert.match(answer.stdout, /not checked/);
    }
  });
});
