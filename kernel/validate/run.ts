/** Looks at an instance from outside, check by check, and tells people and files what it found. */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { kernelMigrations } from "../assemble.ts";
import type { Environment } from "../config.ts";
import { readConfig } from "../config.ts";
import { namesIn } from "../db/migrate.ts";
import { discoverPlugins, type FoundPlugin, projectRoots, type Roots } from "../discover.ts";
import { orderPlugins } from "../graph.ts";
import { createTexts } from "../i18n.ts";
import { readCatalogue } from "../locales.ts";
import { createRecord } from "../record.ts";
import { readVersion } from "../system.ts";
import type { Finding, Validation, Visit } from "../validation.ts";
import { KERNEL_CHECKS } from "./checks.ts";
import { type ValidateConfig, validateConfigSchema } from "./config.ts";
import { type Row, table } from "./table.ts";
import { NoAnswer, openVisit } from "./visit.ts";

export interface ValidateOptions {
  env: Environment;
  print(line: string): void;
  complain(line: string): void;
}

/** 0: nothing failed; 1: something did. @throws BootError: what it is told is wrong */
export async function validate({ env, print, complain }: ValidateOptions): Promise<number> {
  const config = readConfig(env, [{ owner: "validate", schema: validateConfigSchema }]).get(
    "validate",
  ) as ValidateConfig;
  const roots = projectRoots();
  const extra = (env["PLUGINS"] ?? "").split(",").map((name) => name.trim());
  const found = await discoverPlugins(roots, extra.filter(Boolean));
  const ordered = orderPlugins(found.map(({ definition }) => definition));
  const texts = createTexts(
    readCatalogue(
      new Map([
        ["kernel", join(roots.assets, "kernel")],
        ...found.map(({ definition, folder }): [string, string] => [definition.name, folder]),
      ]),
    ),
  );
  const url = config.VALIDATE_URL ?? `http://127.0.0.1:${config.PORT}`;
  const expected = {
    version: config.VALIDATE_VERSION ?? readVersion(roots),
    migrations: migrationsOfProgram(roots, found),
  };
  const { VALIDATE_USERNAME: username, VALIDATE_PASSWORD: password } = config;
  const account = username === undefined || password === undefined ? undefined : { username, password };
  const { VALIDATE_SECONDS: seconds, VALIDATE_CODE: code, METRICS_TOKEN: token } = config;
  const visit = openVisit({ url, seconds, account, token, expected, code });
  const record = createRecord(config.LOG_DIR, { complain });
  const run = randomUUID();

  const rows: Row[] = [];
  try {
    const checks = [
      ...KERNEL_CHECKS.map((check) => ({ owner: "kernel", check })),
      ...ordered.flatMap(({ name: owner, validations = [] }) => validations.map((check) => ({ owner, check }))),
    ];
    for (const { owner, check } of [
      ...checks.filter(({ check }) => check.first),
      ...checks.filter(({ check }) => !check.first),
    ]) {
      const started = performance.now();
      const row = { owner, name: check.name, ...(await look(check, visit)), ms: 0 };
      row.ms = Math.round(performance.now() - started);
      if (row.outcome === "skipped" && config.VALIDATE_ALL) row.outcome = "failed";
      rows.push(row);
      const detail = sentence(row, texts.en.t);
      record.write({ run, check: `${owner}.${check.name}`, outcome: row.outcome, detail, ms: row.ms });
    }
  } finally {
    await visit.end();
  }
  const count = (outcome: Row["outcome"]) => rows.filter((row) => row.outcome === outcome).length;
  const failed = count("failed");
  const place = new URL(url).origin;
  const totals = { passed: count("passed"), warned: count("warned"), failed, skipped: count("skipped") };
  record.write({ run, url: place, version: expected.version, outcome: failed > 0 ? "failed" : "passed", ...totals });
  const { t } = texts[config.VALIDATE_LANGUAGE];
  for (const line of table(place, rows, totals, t, sentence)) print(line);
  return failed > 0 ? 1 : 0;
}

/** A check that breaks has failed, whatever broke. */
async function look(check: Validation, visit: Visit): Promise<Finding & { broke?: true }> {
  try {
    return await check.run(visit);
  } catch (error) {
    if (error instanceof NoAnswer)
      return { outcome: "failed", said: "no_answer", params: { reason: error.message }, broke: true };
    // what was expected of an answer stands in the code; the answer itself may hold what nobody should read here
    const reason = error instanceof Error ? error.name : "unknown";
    return { outcome: "failed", said: "unexpected", params: { reason }, broke: true };
  }
}

function sentence({ owner, name, said, params, broke }: Row, t: (key: string, params?: Row["params"]) => string) {
  return t(broke ? `kernel.validate.${said}` : `${owner}.validate.${name}.${said}`, params);
}

function migrationsOfProgram(roots: Roots, found: readonly FoundPlugin[]): string[] {
  const plugins = found.map(({ definition, codeFolder }) => ({
    owner: definition.name,
    folder: join(codeFolder, "migrations"),
  }));
  return namesIn([kernelMigrations(roots), ...plugins]);
}
