/** What the tests of backups share: a shop that has sold, its backups, restoring them elsewhere, and whether all is the same. */
import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { runCommand } from "../../../kernel/commands.ts";
import { openShop, type Shop, type ShopOptions } from "../../../test/harness/shop.ts";
import { until } from "../../../test/harness/until.ts";
import { cash, ring, stocked } from "../../pos/test/till.ts";

export interface Made {
  id: number;
  name: string;
  state: string;
  fault: string | null;
  method: string;
  bytes: number;
  rows: number;
  sha256: string;
  encrypted: boolean;
  trigger: string;
  made_by: string | null;
  drill: string;
  drill_detail: string | null;
  copies: { place: string; ok: boolean }[];
  removed_at: string | null;
}

export interface Vault {
  shop: Shop;
  folder: string;
  /** Makes a backup by the API and waits for its end, drill included. */
  make(): Promise<Made>;
  files(): Promise<string[]>;
  close(): Promise<void>;
}

export async function openVault(env: Record<string, string> = {}, more: Omit<ShopOptions, "env"> = {}): Promise<Vault> {
  const folder = await mkdtemp(join(tmpdir(), "pos-odata-vault-"));
  const shop = await openShop({
    ...more,
    env: { BACKUP_DIR: folder, BACKUP_METHOD: "copy", BACKUP_DRILL: "true", ...env },
  });
  return {
    shop,
    folder,
    make: () => makeIn(shop),
    files: async () => (await readdir(folder)).sort(),
    close: async () => {
      await shop.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export async function makeIn(shop: Shop): Promise<Made> {
  const manager = await shop.api("manager");
  const begun = await manager.post<Made>("/api/v1/backups", {});
  assert.equal(begun.status, 202, begun.text);
  return ended(shop, begun.body.id);
}

/** The backup once it is over, its drill and its copies too. */
export async function ended(shop: Shop, id: number): Promise<Made> {
  const manager = await shop.api("manager");
  const asked = async () => (await manager.get<Made>(`/api/v1/backups/${id}`)).body;
  await until(async () => (await asked()).state !== "running" && !(await isAtWork(shop)));
  return asked();
}

/** Whether somebody holds the turn. */
async function isAtWork(shop: Shop): Promise<boolean> {
  return shop.db.transaction(async (tx) => {
    const { rows } = await tx.raw("SELECT pg_try_advisory_xact_lock(hashtextextended('backup', 0)) AS free");
    return !rows[0].free;
  });
}

/** Bread with all signs that a text may have, sold so many times. */
export async function sell(shop: Shop, times: number): Promise<void> {
  const known = await shop.db("products").where({ sku: "PAN" }).first();
  if (known === undefined) await stocked(shop, { sku: "PAN", name: "Pan \\N \t «ñ» \\. \n 'x'", stock: "1000" });
  const emilio = await shop.api("employee");
  for (let time = 0; time < times; time++) {
    const sale = await ring(emilio, { items: [{ code: "PAN", quantity: "1.5" }], payments: cash("2000") });
    assert.equal(sale.status, 201, sale.text);
  }
  await quiet(shop);
}

/** What sales set off has been done: from here on nothing changes by itself that a fingerprint looks at. */
async function quiet(shop: Shop): Promise<void> {
  await until(async () => {
    const { rows } = await shop.db.raw(
      "SELECT FROM outbox_deliveries WHERE done_at IS NULL AND dead_at IS NULL LIMIT 1",
    );
    return rows.length === 0;
  });
}

export interface Said {
  code: number;
  lines: string[];
}

/** A command of the operator, with the shop's environment and what differs. Throws BootError as the command does. */
export async function command(env: Record<string, string>, words: string[]): Promise<Said> {
  const lines: string[] = [];
  const code = await runCommand({ env, words, print: (line) => void lines.push(line) });
  return { code, lines };
}

/** A digest of every row of every table, but for those that a restore, jobs and the sealer write in by themselves. */
export async function fingerprint(url: string): Promise<Record<string, string>> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
       AND relname NOT IN ('backups', 'audit_log', 'job_runs', 'invariant_checks', 'ledger_seals',
         'ledger_heads', 'ledger_marks', 'ledger_verifications', 'together_moves', 'agent_runs', 'agent_findings') ORDER BY 1`,
    );
    const prints: Record<string, string> = {};
    for (const { name } of rows) {
      const found = await client.query(
        `SELECT md5(coalesce(string_agg(t::text, E'\\n' ORDER BY t::text), '')) AS digest FROM "${name}" t`,
      );
      prints[name] = found.rows[0].digest;
    }
    return prints;
  } finally {
    await client.end();
  }
}

/** What the tables are made of: columns, keys, triggers, indexes, where sequences stand. */
export async function shape(url: string): Promise<string[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    const { rows } = await client.query<{ line: string }>(
      `SELECT format('%s.%s %s %s %s', table_name, column_name, data_type, is_nullable, column_default) AS line
         FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE 'pg_stat%'
       UNION ALL SELECT format('%s %s %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) FROM pg_constraint
         WHERE connamespace = 'public'::regnamespace
       UNION ALL SELECT format('%s %s', tgenabled, pg_get_triggerdef(oid)) FROM pg_trigger WHERE NOT tgisinternal
       UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
       UNION ALL SELECT format('%s %s', sequencename, last_value) FROM pg_sequences
         WHERE schemaname = 'public' AND sequencename NOT IN ('backups_id_seq', 'audit_log_id_seq', 'job_runs_id_seq')
       ORDER BY 1`,
    );
    // PostgreSQL writes brackets anew when it reads a rule again
    return rows.map(({ line }) => line.replace(/[()]/g, "")).sort();
  } finally {
    await client.end();
  }
}
