/** Settings in the database. The table is small, so one query reads it whole and everybody lives on it for some seconds. */
import { type Clock, systemClock } from "../clock.ts";
import { afterCommit } from "../db/after-commit.ts";
import type { Database } from "../db/database.ts";
import type { Setting, Settings } from "./settings.ts";

/** how long another instance's change may go unseen */
const FRESH_MS = 5000;

interface Snapshot {
  readAt: number;
  stored: ReadonlyMap<string, unknown>;
  /** by key: checking a currency or a time zone costs more than reading it */
  parsed: Map<string, unknown>;
}

export function createSettings({ db, clock = systemClock }: { db: Database; clock?: Clock }): Settings {
  let current: Snapshot | undefined;
  let loading: Promise<Snapshot> | undefined;
  // a reading that began before our own change committed must not be kept
  let changes = 0;

  async function snapshot(): Promise<Snapshot> {
    if (current !== undefined && clock.now().getTime() - current.readAt < FRESH_MS) return current;
    loading ??= load(changes);
    return loading;
  }

  async function load(born: number): Promise<Snapshot> {
    try {
      const read = await readAll(db, clock.now().getTime());
      if (born === changes) current = read;
      return read;
    } finally {
      if (born === changes) loading = undefined;
    }
  }

  function forget(): void {
    changes++;
    current = undefined;
    loading = undefined;
  }

  return {
    async get<T>(setting: Setting<T>): Promise<T> {
      const { stored, parsed } = await snapshot();
      if (!parsed.has(setting.key)) parsed.set(setting.key, parse(setting, stored.get(setting.key)));
      return parsed.get(setting.key) as T;
    },

    /** Throws a ZodError for a value that the setting's schema refuses. */
    async set<T>(tx: Parameters<Settings["set"]>[0], setting: Setting<T>, value: T): Promise<void> {
      await tx.raw(
        `INSERT INTO settings (key, value) VALUES (:key, :value)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = now()`,
        { key: setting.key, value: JSON.stringify(setting.schema.parse(value)) },
      );
      afterCommit(tx, forget);
    },
  };
}

/** What is stored no longer fits after an upgrade changed the schema: then the fallback holds. */
function parse<T>(setting: Setting<T>, stored: unknown): T {
  if (stored === undefined) return setting.fallback;
  const result = setting.schema.safeParse(stored);
  return result.success ? result.data : setting.fallback;
}

async function readAll(db: Database, readAt: number): Promise<Snapshot> {
  const { rows } = await db.primary.raw<{ rows: { key: string; value: unknown }[] }>("SELECT key, value FROM settings");
  return { readAt, stored: new Map(rows.map(({ key, value }) => [key, value])), parsed: new Map() };
}
