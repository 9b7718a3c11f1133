/**
 * The system as a whole, for a plugin that keeps all of it rather than a part: what the database was made by, how it is made
 * again somewhere else, and whether its books hold there.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Knex } from "knex";
import type { Logger } from "pino";
import { createDatabase, type OpenDatabase } from "./db/connect.ts";
import type { Database, Tx } from "./db/database.ts";
import { appliedNames, applyExactly, holdMigrations, type MigrationFolder, namesIn } from "./db/migrate.ts";
import type { Roots } from "./discover.ts";
import type { Invariant } from "./invariant.ts";
import { violationsOf } from "./invariants/index.ts";
import type { Ledger } from "./ledger.ts";
import { findingLine } from "./ledgers/findings.ts";
import { verifyLedger } from "./ledgers/verify.ts";

export interface System {
  /** of the program */
  readonly version: string;
  /** The address of the shop's database, past a pooler. It holds a password: never to be logged. */
  readonly databaseUrl: string;
  /** Connections apart from those that requests wait for; to be closed by who opens them. */
  open(url: string): OpenDatabase;
  /** names of the migrations a database has, in the order they were applied */
  migrations(db: Knex): Promise<string[]>;
  /** those of the names that this program and its plugins do not have */
  unknownMigrations(names: readonly string[]): Promise<string[]>;
  /** Applies these migrations and no others to a database without tables, in the caller's transaction. */
  build(tx: Tx, names: readonly string[]): Promise<void>;
  /** No app and no other restore changes the tables until the transaction ends. */
  hold(tx: Tx): Promise<void>;
  /** tables whose rows are never changed, each with the column that counts them; the audit trail is among them */
  ledgers(): { table: string; key: string }[];
  /** tables that the chains of hashes stand for, with those that hold the chains */
  sealedTables(): Set<string>;
  /** What does not hold of ledgers and books in a database of the same shop, a line each; empty: all holds. */
  examine(db: Database): Promise<string[]>;
}

export interface SystemParts {
  roots: Roots;
  log: Logger;
  databaseUrl: string;
  folders(): readonly MigrationFolder[];
  ledgers(): readonly Ledger[];
  invariants(): readonly Invariant[];
}

/** backups and restores run beside their lock, one at a time */
const CONNECTIONS = 4;
/** what is told of one invariant */
const NAMED = 20;
/** a seal is a link, a head the last one */
const CHAINS = ["ledger_seals", "ledger_heads"];

export function createSystem({ roots, log, databaseUrl, folders, ledgers, invariants }: SystemParts): System {
  return {
    version: readVersion(roots),
    databaseUrl,
    open: (url) => createDatabase({ url, poolMax: CONNECTIONS, log }),
    migrations: appliedNames,
    unknownMigrations: async (names) => {
      const known = new Set(namesIn(folders()));
      return names.filter((name) => !known.has(name));
    },
    build: (tx, names) => applyExactly(tx, folders(), names),
    hold: holdMigrations,
    ledgers: () => ledgers().map(({ table, key }) => ({ table, key })),
    sealedTables: () => {
      const sealed = ledgers().flatMap(({ table, versions }) => [
        table,
        ...versions.flatMap(({ parts = [] }) => parts.map((part) => part.table)),
      ]);
      return new Set([...sealed, ...CHAINS]);
    },
    examine: async (db) => {
      const lines: string[] = [];
      for (const ledger of ledgers())
        await verifyLedger(db, ledger, (finding) => void lines.push(findingLine(finding)));
      for (const invariant of invariants()) {
        const found = await violationsOf(db, invariant, { since: undefined, limit: NAMED }, log);
        lines.push(...found.map((line) => `${invariant.name}: ${line}`));
      }
      return lines;
    },
  };
}

/** Of the program. */
export function readVersion(roots: Roots): string {
  return (JSON.parse(readFileSync(join(roots.assets, "package.json"), "utf8")) as { version: string }).version;
}
