/** Looks once a second how the replica is, so that no request waits for one that is behind or away. */
import type { Knex } from "knex";
import pg from "pg";
import type { Logger } from "pino";
import { codeOf } from "./down.ts";
import { flushedLsn, REACHED, reaches } from "./replica-level.ts";

export interface ReplicaReport {
  /** level: it serves; behind: it answers but has not caught up; away: it does not answer, or is none of this primary */
  state: "level" | "behind" | "away";
  /** seconds since it last had all that the primary had; undefined: it never had */
  lagSeconds: number | undefined;
}

export interface ReplicaWatch {
  state(): ReplicaReport["state"];
  report(): ReplicaReport;
  /** Looks now. */
  look(): void;
  /** Somebody waited in vain: nobody else waits until it has caught up. */
  fellBehind(): void;
  close(): Promise<void>;
}

export interface ReplicaWatchOptions {
  primary: Knex;
  url: string;
  log: Logger;
  waitMs: number;
  /** it went away: what is under way there will not end */
  lost(): void;
}

const WHICH = "SELECT (SELECT system_identifier::text FROM pg_control_system()) AS system, current_database() AS name";
const EVERY_MS = 1000;
const ANSWER_MS = 900;
/** samples of an hour: what is older than the oldest is told as that old */
const SAMPLES = 3600;

interface Sample {
  lsn: bigint;
  at: number;
}

export function createReplicaWatch({ primary, url, log, waitMs, lost }: ReplicaWatchOptions): ReplicaWatch {
  let state: ReplicaReport["state"] = "away";
  let told: string | undefined;
  let client: pg.Client | undefined;
  let looking: Promise<void> | undefined;
  let closed = false;
  let levelAt: number | undefined;
  const samples: Sample[] = [];

  function become(next: ReplicaReport["state"], why: string): void {
    const before = state;
    state = next;
    if (before !== "away" && next === "away") lost();
    const said = `${next}: ${why}`;
    if (said === told || closed) return;
    told = said;
    if (next === "level") log.info("the replica has caught up: lists and reports are read from it");
    else log.warn({ replica: next, reason: why }, "lists and reports are read from the primary");
  }

  async function connected(): Promise<pg.Client> {
    if (client) return client;
    const fresh = new pg.Client({
      connectionString: url,
      application_name: "pos-odata replica watch",
      connectionTimeoutMillis: ANSWER_MS,
      query_timeout: ANSWER_MS,
    });
    const forget = () => {
      if (client === fresh) client = undefined;
    };
    fresh.on("error", forget);
    fresh.on("end", forget);
    try {
      await fresh.connect();
      await refuseStranger(fresh, primary);
    } catch (error) {
      fresh.end().catch(() => {});
      throw error;
    }
    client = fresh;
    return fresh;
  }

  async function examine(): Promise<void> {
    let lsn: string;
    try {
      lsn = await flushedLsn(primary);
    } catch {
      // the primary's own trouble: it is told elsewhere, and says nothing of the replica
      return;
    }
    samples.push({ lsn: numberOf(lsn), at: performance.now() });
    if (samples.length > SAMPLES) samples.shift();
    try {
      const asked = await connected();
      const at = performance.now();
      const reached = await reaches((target) => asked.query(REACHED, [target]), lsn, at + Math.max(waitMs, ANSWER_MS));
      if (reached === "silent") throw new Error("no answer");
      const { rows } = await asked.query(
        "SELECT pg_is_in_recovery() AS standby, pg_last_wal_replay_lsn()::text AS lsn",
      );
      if (!rows[0].standby) throw new Error("it is no replica: it does not recover");
      const replayed = numberOf(rows[0].lsn);
      while (samples[0] !== undefined && samples[0].lsn <= replayed) levelAt = samples.shift()?.at;
      // who waits that long in a request gets the primary
      const quick = performance.now() - at < waitMs;
      if (reached === "level" && quick) become("level", "");
      else become("behind", "it has not caught up");
    } catch (error) {
      const broken = client;
      client = undefined;
      broken?.end().catch(() => {});
      become("away", codeOf(error) || (error instanceof Error ? error.message : String(error)));
    }
  }

  function look(): Promise<void> {
    looking ??= examine().finally(() => {
      looking = undefined;
    });
    return looking;
  }

  const timer = setInterval(() => void look(), EVERY_MS).unref();
  void look();

  return {
    state: () => state,
    report: () => ({
      state,
      lagSeconds: state === "level" ? 0 : levelAt === undefined ? undefined : (performance.now() - levelAt) / 1000,
    }),
    look: () => void look(),
    fellBehind: () => {
      if (state === "level") become("behind", "it has not caught up");
    },
    close: async () => {
      closed = true;
      clearInterval(timer);
      await looking;
      await client?.end().catch(() => {});
    },
  };
}

/** A replica of another server would answer with another shop's figures. */
async function refuseStranger(client: pg.Client, primary: Knex): Promise<void> {
  const [ours, theirs] = await Promise.all([primary.raw(WHICH), client.query(WHICH)]);
  const [one, other] = [ours.rows[0], theirs.rows[0]];
  if (one.system !== other.system || one.name !== other.name) throw new Error("it is a replica of another database");
}

/** `16/B374D848` as a number. */
function numberOf(lsn: string): bigint {
  const [high = "0", low = "0"] = lsn.split("/");
  return (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`);
}
