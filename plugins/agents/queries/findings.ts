/** SQL of what the agents found. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";
import type { AgentName, Finding, Kind, Run, Said, State } from "../domain.ts";

const FINDING = `id, agent, kind, store_id AS "storeId", subject, facts, state, found_at AS "foundAt", told_at AS "toldAt",
  gone_at AS "goneAt", document`;

/** What a run says, as rows; and which of them is of the same as the finding `f`. */
const SAID =
  "SELECT * FROM jsonb_to_recordset(:said::jsonb) AS s (kind text, store_id bigint, subject text, facts jsonb, news text[])";
const SAME = "s.kind = f.kind AND s.subject = f.subject AND s.store_id IS NOT DISTINCT FROM f.store_id";

/** The number of the run that begins. Waits for whoever is doing something about what the agent said, and so knows of it. */
export async function nextTurn(tx: Tx, agent: AgentName): Promise<number> {
  const { rows } = await tx.raw(
    `INSERT INTO agent_turns AS t (agent, turn) VALUES (?, 1) ON CONFLICT (agent) DO UPDATE SET turn = t.turn + 1
     RETURNING turn`,
    [agent],
  );
  return rows[0].turn;
}

/** One run of an agent at a time. */
export async function lockAgent(tx: Tx, agent: AgentName): Promise<void> {
  await tx.raw("SELECT pg_advisory_xact_lock(hashtext('agents'), hashtext(?))", [agent]);
}

/** A run of an agent: what it said. `lasting`: kinds that stay after the run that found them, those found since `lastingSince`. */
export interface Replacing {
  agent: AgentName;
  turn: number;
  said: readonly Said[];
  now: Date;
  lasting: readonly Kind[];
  lastingSince: Date;
}

/**
 * What a run said becomes what stands: what was said before keeps its state, what is said no longer is gone. Dismissed stays dismissed until
 * it was gone once, or there are news: then it is another finding. What was acted upon while the run looked is not said by it again.
 */
export async function replaceFindings(tx: Tx, replacing: Replacing): Promise<void> {
  const { agent, turn, said, now, lasting, lastingSince } = replacing;
  // goods that were renamed meanwhile stand on two pages: they are said once
  const once = new Map(
    said.map(({ storeId, ...one }) => [`${one.kind} ${storeId} ${one.subject}`, { ...one, store_id: storeId ?? null }]),
  );
  const bound = { agent, now, said: JSON.stringify([...once.values()]) };
  await tx.raw(
    `WITH said AS (${SAID})
     UPDATE agent_findings f SET gone_at = :now WHERE agent = :agent AND gone_at IS NULL AND (
       NOT EXISTS (SELECT FROM said s WHERE ${SAME}) AND NOT (kind = ANY(:lasting::text[]) AND found_at >= :lastingSince)
       OR state <> 'new' AND EXISTS (SELECT FROM said s WHERE ${SAME} AND NOT s.news <@ f.news))`,
    { ...bound, lasting: [...lasting], lastingSince },
  );
  // the news of what somebody marked are those that were there then
  await tx.raw(
    `INSERT INTO agent_findings AS f (agent, kind, store_id, subject, facts, news, found_at, told_at)
     SELECT :agent, kind, store_id, subject, facts, news, :now, :now FROM (${SAID}) s
     WHERE NOT EXISTS (SELECT FROM agent_findings f WHERE f.agent = :agent AND f.acted_in >= :turn AND ${SAME})
     ON CONFLICT (agent, kind, store_id, subject) WHERE gone_at IS NULL
       DO UPDATE SET facts = excluded.facts, told_at = excluded.told_at,
         news = CASE f.state WHEN 'new' THEN excluded.news ELSE coalesce(f.news, excluded.news) END`,
    { ...bound, turn },
  );
}

export async function noteRun(tx: Tx, run: Run): Promise<void> {
  await tx.raw(
    `INSERT INTO agent_runs (agent, ran_at, looked, able) VALUES (:agent, :ranAt, :looked, :able)
     ON CONFLICT (agent) DO UPDATE SET ran_at = :ranAt, looked = :looked, able = :able`,
    { ...run },
  );
}

export async function runs(db: Knex): Promise<Run[]> {
  const { rows } = await db.raw(`SELECT agent, ran_at AS "ranAt", looked, able FROM agent_runs ORDER BY agent`);
  return rows;
}

export async function forgetGone(tx: Tx, before: Date): Promise<void> {
  await tx.raw("DELETE FROM agent_findings WHERE gone_at < ?", [before]);
}

/** Of what somebody may know. */
export interface Readable {
  storeIds: readonly number[];
  kinds: readonly Kind[];
}
const READABLE = "(store_id IS NULL OR store_id = ANY(:storeIds::bigint[])) AND kind = ANY(:kinds::text[])";

/** By agent how many stand that nobody dismissed; agents without any are left out. */
export async function countFindings(db: Knex, { storeIds, kinds }: Readable): Promise<ReadonlyMap<AgentName, number>> {
  const { rows } = await db.raw(
    `SELECT agent, count(*)::int AS found FROM agent_findings
     WHERE ${READABLE} AND state IN ('new', 'seen') AND gone_at IS NULL GROUP BY agent`,
    { storeIds: [...storeIds], kinds: [...kinds] },
  );
  return new Map(rows.map((row: { agent: AgentName; found: number }) => [row.agent, row.found]));
}

export interface FindingFilter extends Readable {
  agent?: AgentName | undefined;
  /** undefined: what stands and nobody dismissed */
  state?: State | undefined;
  before?: number | undefined;
  limit: number;
}

/** Newest first, one more than `limit`. */
export async function listFindings(db: Knex, filter: FindingFilter): Promise<Finding[]> {
  const { storeIds, kinds, agent, state, before, limit } = filter;
  const { rows } = await db.raw(
    `SELECT ${FINDING} FROM agent_findings
     WHERE ${READABLE} AND (cast(:agent AS text) IS NULL OR agent = :agent)
       AND CASE WHEN cast(:state AS text) IS NULL THEN state IN ('new', 'seen') ELSE state = :state END
       AND (gone_at IS NULL OR state = 'acted') AND id < :before
     ORDER BY id DESC LIMIT :limit`,
    {
      storeIds: [...storeIds],
      kinds: [...kinds],
      agent: agent ?? null,
      state: state ?? null,
      before: before ?? Number.MAX_SAFE_INTEGER,
      limit: limit + 1,
    },
  );
  return rows.map(toFinding);
}

/** Nobody else changes it until the transaction ends. */
export async function findingForUpdate(tx: Tx, id: number): Promise<Finding | undefined> {
  const { rows } = await tx.raw(`SELECT ${FINDING} FROM agent_findings WHERE id = ? FOR UPDATE`, [id]);
  return rows[0] && toFinding(rows[0]);
}

export async function setState(tx: Tx, id: number, state: State): Promise<void> {
  await tx.raw("UPDATE agent_findings SET state = :state WHERE id = :id", { id, state });
}

/** A run that is under way does not know of it: its turn is kept. */
export async function setActed(tx: Tx, id: number, document: string, now: Date): Promise<void> {
  await tx.raw(
    `WITH under_way AS (
       SELECT turn FROM agent_turns WHERE agent = (SELECT agent FROM agent_findings WHERE id = :id) FOR SHARE
     )
     UPDATE agent_findings SET state = 'acted', gone_at = :now, document = :document,
       acted_in = coalesce((SELECT turn FROM under_way), 0) WHERE id = :id`,
    { id, document, now },
  );
}

// biome-ignore lint/suspicious/noExplicitAny: a row as pg gives it
function toFinding(row: any): Finding {
  return {
    ...row,
    storeId: row.storeId ?? undefined,
    goneAt: row.goneAt ?? undefined,
    document: row.document ?? undefined,
  };
}
