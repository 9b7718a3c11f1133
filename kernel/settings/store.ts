/** Settings in the database. The table is small, so one query reads it whole and everybody lives on it for some seconds. */
import { type Clock, systemClock } from "../clock.ts";
import { afterCommit } from "../db/after-commit.ts";
import type { Database } from "../db/database.ts";
import { createSnapshot } from "../snapshot.ts";
import type { Setting, Settings, Values } from "./settings.ts";

interface Kept {
  stored: ReadonlyMap<string, unknown>;
  /** by key: checking a currency or a time zone costs more than reading it */
  parsed: Map<string, unknown>;
  /** by the settings that were wanted together */
  together: WeakMap<object, object>;
}

export function createSettings({ db, clock = systemClock }: { db: Database; clock?: Clock }): Settings {
  const snapshot = createSnapshot(() => readAll(db), clock);

  return {
    async get<T>(setting: Setting<T>): Promise<T> {
      return valueIn(await snapshot.get(), setting);
    },

    async all<T extends Record<string, Setting<unknown>>>(wanted: T): Promise<Values<T>> {
      const kept = await snapshot.get();
      const known = kept.together.get(wanted);
      if (known) return known as Values<T>;
      const values = Object.fromEntries(Object.entries(wanted).map(([name, one]) => [name, valueIn(kept, one)]));
      kept.together.set(wanted, Object.freeze(values));
      return values as Values<T>;
    },

    /** Throws a ZodError for a value that the setting's schema refuses. */
    async set<T>(tx: Parameters<Settings["set"]>[0], setting: Setting<T>, value: T): Promise<void> {
      await tx.raw(
        `INSERT INTO settings (key, value) VALUES (:key, :value)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = now()`,
        { key: setting.key, value: JSON.stringify(setting.schema.parse(value)) },
      );
      afterCommit(tx, snapshot.forget);
    },
  };
}

function valueIn<T>({ stored, parsed }: Kept, setting: Setting<T>): T {
  if (!parsed.has(setting.key)) parsed.set(setting.key, parse(setting, stored.get(setting.key)));
  return parsed.get(setting.key) as T;
}

/** What is stored no longer fits after an upgrade changed the schema: then the fallback holds. */
function parse<T>(setting: Setting<T>, stored: unknown): T {
  if (stored === undefined) return setting.fallback;
  const result = setting.schema.safeParse(stored);
  return result.success ? result.data : setting.fallback;
}

async function readAll(db: Database): Promise<Kept> {
  const { rows } = await db.primary.raw<{ rows: { key: string; value: unknown }[] }>("SELECT key, value FROM settings");
  return { stored: new Map(rows.map(({ key, value }) => [key, value])), parsed: new Map(), together: new WeakMap() };
}
