/** The ledgers of one kernel: sealed while it runs, verified each night and by command. */
import { readFile } from "node:fs/promises";
import type { Logger } from "pino";
import type { Clock } from "../clock.ts";
import type { Command } from "../command.ts";
import type { Database } from "../db/database.ts";
import { BootError } from "../errors.ts";
import type { HealthCheck } from "../health.ts";
import type { Invariants } from "../invariants/index.ts";
import { isDue } from "../jobs/night.ts";
import type { OwnedJob } from "../jobs/runner.ts";
import type { Ledger } from "../ledger.ts";
import type { Metrics } from "../metrics.ts";
import { type Finding, findingLine, type Head, headLine, readHeads } from "./findings.ts";
import { ledgerMetrics } from "./metrics.ts";
import { healthOf, keepResults, lastResults } from "./results.ts";
import { createSealer, type Sealer } from "./sealer.ts";
import { type Verified, verifyLedger } from "./verify.ts";

export interface Ledgers extends Sealer {
  /** Every ledger; keeps the result. `against`: heads printed earlier. */
  verify(tell: (finding: Finding) => void, against?: readonly Head[]): Promise<Verified[]>;
  readonly health: HealthCheck;
  /** the ledgers in which the last verification found something */
  findings(): Promise<string[]>;
  readonly job: OwnedJob;
  readonly command: Command;
}

export interface LedgersParts {
  db: Database;
  log: Logger;
  clock: Clock;
  metrics: Metrics;
  /** those whose tables are there */
  ledgers(): readonly Ledger[];
  /** checked by the same command */
  invariants: Pick<Invariants, "check">;
}

export function createLedgers({ db, log, clock, metrics, ledgers, invariants }: LedgersParts): Ledgers {
  ledgerMetrics({ db, metrics, ledgers });

  async function verify(tell: (finding: Finding) => void, against: readonly Head[] = []): Promise<Verified[]> {
    const results: Verified[] = [];
    for (const ledger of ledgers()) results.push(await verifyLedger(db, ledger, tell, against));
    await keepResults(db, results, clock.now());
    return results;
  }

  const job: OwnedJob = {
    plugin: "kernel",
    name: "verify_ledgers",
    cron: "30 * * * *",
    run: async ({ log }) => {
      const times = (await lastResults(db)).map(({ verifiedAt }) => verifiedAt);
      if (!isDue(clock.now(), times)) return;
      const results = await verify((finding) => log.error(finding, `ledger: ${findingLine(finding)}`));
      // the heads in the log are outside the database: who recomputes a chain does not reach them
      for (const head of results.flatMap(({ heads }) => heads)) log.info(head, `ledger: ${headLine(head)}`);
    },
  };

  const command: Command = {
    name: "verify",
    summary:
      "Looks for changed, removed, added or reordered rows in all ledgers, and for books that do not add up; --against FILE: a saved output",
    run: async ({ args, print }) => {
      const against = await readAgainst(args);
      const lines: string[] = [];
      const results = await verify((finding) => {
        print(findingLine(finding));
      }, against);
      for (const { ledger, heads } of results) {
        if (heads.length === 0) lines.push(`${ledger}: nothing is sealed yet`);
        lines.push(...heads.map(headLine));
      }
      for (const line of lines) print(line);
      const broken = await invariants.check("whole", print);
      const findings = results.reduce((sum, one) => sum + one.findings, broken);
      const unknown = against.filter(({ ledger }) => !results.some((one) => one.ledger === ledger));
      for (const { ledger } of unknown) print(`${ledger}: the saved output has it, this system has not`);
      if (findings + unknown.length === 0) {
        print(
          against.length === 0 ? "All is well." : `All is well, and all ${against.length} saved heads are part of it.`,
        );
        return 0;
      }
      print(`${findings + unknown.length} finding(s).`);
      return 1;
    },
  };

  return {
    ...createSealer({ db, log, ledgers }),
    verify,
    health: async () => healthOf(await lastResults(db)),
    findings: async () => (await lastResults(db)).filter(({ findings }) => findings > 0).map(({ ledger }) => ledger),
    job,
    command,
  };
}

/** @throws BootError: the option is misspelt, the file is not there or holds no heads */
async function readAgainst(args: readonly string[]): Promise<Head[]> {
  if (args.length === 0) return [];
  const [option, file] = args;
  const cure = "npm run verify, or npm run verify -- --against FILE";
  if (option !== "--against" || file === undefined || args.length > 2)
    throw new BootError(`"${args.join(" ")}" is not understood`, { cure });
  const text = await readFile(file, "utf8").catch((cause) => {
    throw new BootError(`${file} cannot be read: ${String(cause)}`, { cure, cause });
  });
  const heads = readHeads(text);
  if (heads.length > 0) return heads;
  throw new BootError(`${file} holds no heads`, { cure: "give a file that holds what npm run verify printed" });
}
