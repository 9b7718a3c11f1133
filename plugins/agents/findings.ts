/** What the agents found: kept, read by those who may know it, dismissed, acted upon. */
import type { Auditor } from "../../kernel/audit.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { Database, Tx } from "../../kernel/db/database.ts";
import { AppError, kernelErrors } from "../../kernel/errors.ts";
import { doingBusiness, type Store, type Stores } from "../../kernel/stores/store.ts";
import { countsBlind, SEE_COSTS } from "../inventory/api.ts";
import { SEE_LOSS } from "../pos/api.ts";
import type { Purchases } from "../purchases/api.ts";
import { AGENTS, type Agent, type AgentName, type Finding, type Kind, type Looked, type State } from "./domain.ts";
import { errors } from "./errors.ts";
import * as queries from "./queries/findings.ts";

const DAY_MS = 86_400_000;
/** that what is gone is kept */
const KEPT_DAYS = 180;

/** What somebody must be allowed to see to read of it; undefined: nothing more. */
const NEEDS: Record<Kind, string | undefined> = {
  runs_out: undefined,
  order: SEE_COSTS,
  cost_rose: SEE_COSTS,
  low_margin: SEE_COSTS,
  cashier: SEE_LOSS,
  hour: SEE_LOSS,
  price: undefined,
};

/** What happened, and holds whatever a later run looks at: it stands for so many days, or until nobody wants to hear of it. */
const LASTING: readonly Kind[] = ["hour"];
const LASTING_DAYS = 14;

const TELLS_STOCK: ReadonlySet<Kind> = new Set(["runs_out", "order"]);

export interface Reader {
  stores: readonly Store[];
  can(permission: string): boolean;
}

export interface Actor {
  user: { id: number; username: string };
  address: string;
}

/** Of a run: things looked at, of how many enough is known to speak, findings. */
export interface Told {
  looked: number;
  able: number;
  found: number;
}

/** Whose own doing it is: somebody else has to say that it is all right. */
function isAbout(found: Finding, { user }: Actor): boolean {
  if (found.kind === "cashier") return found.subject.startsWith(`user:${user.id}:`);
  if (found.kind === "hour") return found.facts.userIds?.includes(user.id) ?? false;
  return found.kind === "price" && found.facts.by === user.username;
}

export type Findings = ReturnType<typeof createFindings>;

export function createFindings(parts: {
  db: Database;
  clock: Clock;
  audit: Auditor;
  purchases: Purchases | undefined;
  stores: Pick<Stores, "list">;
}) {
  const { db, clock, audit, purchases, stores: shops } = parts;

  /** Whoever counts what is there, and must not know how much it is, is not told by an agent either. */
  const readable = ({ can }: Pick<Reader, "can">): Kind[] =>
    (Object.keys(NEEDS) as Kind[]).filter((kind) => {
      const needed = NEEDS[kind];
      if (countsBlind(can) && TELLS_STOCK.has(kind)) return false;
      return needed === undefined || can(needed);
    });

  const readableBy = (reader: Reader): queries.Readable => ({
    storeIds: reader.stores.map(({ id }) => id),
    kinds: readable(reader),
  });

  /** Throws NOT_FOUND also for what the reader may not know of; FINDING_SETTLED. */
  async function open(tx: Tx, reader: Reader, id: number): Promise<Finding> {
    const found = await queries.findingForUpdate(tx, id);
    const isTheirs = found && (found.storeId === undefined || reader.stores.some((one) => one.id === found.storeId));
    if (!found || !isTheirs || !readable(reader).includes(found.kind)) throw kernelErrors.NOT_FOUND();
    if (found.goneAt !== undefined) throw errors.FINDING_SETTLED();
    return found;
  }

  /** Before an agent looks at anything: what is done about its findings from here on it does not know. */
  const begin = (name: AgentName) => db.transaction((tx) => queries.nextTurn(tx, name));

  /** What it said in that turn is what it says from now on. */
  async function keep(agent: AgentName, turn: number, { looked, able, said }: Looked): Promise<Told> {
    const now = clock.now();
    const ago = (days: number) => new Date(now.getTime() - days * DAY_MS);
    const replacing = { agent, turn, said, now, lasting: LASTING, lastingSince: ago(LASTING_DAYS) };
    await db.transaction(async (tx) => {
      await queries.lockAgent(tx, agent);
      await queries.replaceFindings(tx, replacing);
      await queries.noteRun(tx, { agent, ranAt: now, looked, able });
      await queries.forgetGone(tx, ago(KEPT_DAYS));
    });
    return { looked, able, found: said.length };
  }

  /** Who may not say that it is all right, and why; undefined: nothing is in the way. */
  async function refused(reader: Pick<Reader, "stores">, actor: Actor, found: Finding) {
    if (isAbout(found, actor)) return errors.FINDING_ABOUT_YOU;
    if (found.storeId !== undefined) return undefined;
    const working = doingBusiness(await shops.list()).filter(({ active }) => active);
    const isTheirs = ({ id }: Pick<Store, "id">) => reader.stores.some((one) => one.id === id);
    return working.every(isTheirs) ? undefined : errors.FINDING_OF_SHOP;
  }

  return {
    begin,
    keep,

    /** Whether the person may dismiss it. */
    mayDismiss: async (reader: Reader, actor: Actor, found: Finding) =>
      (await refused(reader, actor, found)) === undefined,

    /** Runs an agent, and keeps what it says. */
    async run(name: AgentName, agent: Agent, signal: AbortSignal): Promise<Told> {
      const turn = await begin(name);
      return keep(name, turn, await agent(signal));
    },

    /** Of each agent when it looked last, undefined: not yet; and how much of what it says stands for the reader. */
    async runs(reader: Reader) {
      const known = new Map((await queries.runs(db.primary)).map((run) => [run.agent, run]));
      const found = await queries.countFindings(db.primary, readableBy(reader));
      return AGENTS.map((agent) => ({ agent, run: known.get(agent), found: found.get(agent) ?? 0 }));
    },

    list: (reader: Reader, filter: Omit<queries.FindingFilter, keyof queries.Readable>) =>
      queries.listFindings(db.primary, { ...filter, ...readableBy(reader) }),

    canOrder: purchases !== undefined,

    /** Somebody has read it, or does not want to hear of it. Throws NOT_FOUND, FINDING_SETTLED, FINDING_ABOUT_YOU, FINDING_OF_SHOP. */
    async set(
      tx: Tx,
      reader: Reader,
      actor: Actor,
      id: number,
      state: Extract<State, "seen" | "dismissed">,
    ): Promise<Finding> {
      const found = await open(tx, reader, id);
      const refusal = state === "dismissed" ? await refused(reader, actor, found) : undefined;
      if (refusal) throw refusal();
      if (found.state === state) return found;
      await queries.setState(tx, id, state);
      const said = { subject: `agent_finding:${id}`, before: { state: found.state }, after: { state } };
      if (state === "dismissed") await audit(tx, { ...actor, ...said, action: "finding.dismissed" });
      else await audit(tx, { ...actor, ...said, action: "finding.seen" });
      return { ...found, state };
    },

    /**
     * Makes a draft of an order of what is still wanted of it: without what was ordered or given up since the night. Answers the order's
     * id. Throws NOT_FOUND, FINDING_SETTLED, NOTHING_TO_ORDER, SUPPLIER_GONE, and what an order throws.
     */
    async order(tx: Tx, reader: Reader, actor: Actor, id: number): Promise<number> {
      const found = await open(tx, reader, id);
      if (found.kind !== "order" || found.storeId === undefined || !purchases) throw errors.NOTHING_TO_ORDER();
      const { supplierId, lines } = found.facts;
      const advised = { storeId: found.storeId, supplierId, lines };
      const orderId = await purchases.order(tx, actor, advised).catch((error: unknown) => {
        const fields = error instanceof AppError ? error.details.fields : undefined;
        throw fields?.some(({ path }) => path === "supplier_id") ? errors.SUPPLIER_GONE() : error;
      });
      await queries.setActed(tx, id, `purchase_order:${orderId}`, clock.now());
      const said = { before: { state: found.state }, after: { state: "acted", order: orderId } };
      await audit(tx, { ...actor, action: "finding.ordered", subject: `agent_finding:${id}`, ...said });
      return orderId;
    },
  };
}
