/** Asks providers about open payments and sends refunds, one after another, until each is settled. */
import type { Logger } from "pino";
import type { Clock } from "../../../kernel/clock.ts";
import type { Database } from "../../../kernel/db/database.ts";
import { createLoop } from "../../../kernel/events/loop.ts";
import { claimDueIntent, claimDueRefund, settleRefund } from "../queries/intents.ts";
import type { Answers } from "./answers.ts";
import type { Intent } from "./domain.ts";
import type { Providers } from "./provider.ts";

const POLL_MS = 1000;
const AT_ONCE = 8;
/** over an hour of silence a provider is asked once in five minutes */
const LONGEST_PAUSE_MS = 300_000;

export interface PaymentWorker {
  start(): void;
  stop(): Promise<void>;
  wake(): void;
}

export function createPaymentWorker(parts: {
  db: Database;
  clock: Clock;
  log: Logger;
  providers: Providers;
  answers: Answers;
  timeoutMs: number;
}): PaymentWorker {
  const { db, clock, log, providers, answers, timeoutMs } = parts;
  const loop = createLoop(step);
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  async function step(): Promise<boolean> {
    if (stopped) return false;
    try {
      return (await askSome()) || (await refundOne());
    } catch (error) {
      if (!stopped) log.error({ err: error }, "payments have to wait");
      return false;
    }
  }

  /** Until then nobody else takes it: beyond all the time that its calls may take. */
  const lease = () => new Date(clock.now().getTime() + 3 * timeoutMs);

  /** Several at once: a provider that is silent keeps nobody else waiting. */
  async function askSome(): Promise<boolean> {
    const due: Intent[] = [];
    while (due.length < AT_ONCE) {
      const intent = await db.transaction((tx) => claimDueIntent(tx, clock.now(), lease()));
      if (!intent) break;
      due.push(intent);
    }
    await Promise.all(due.map(ask));
    return due.length > 0;
  }

  async function ask(intent: Intent): Promise<void> {
    try {
      await answers.ask(intent);
    } catch (error) {
      // the lease is the pause before the next try
      log.warn(
        { intent: intent.id, provider: intent.provider, tries: intent.tries, err: error },
        "a provider did not answer",
      );
    }
  }

  async function refundOne(): Promise<boolean> {
    const refund = await db.transaction((tx) => claimDueRefund(tx, clock.now(), lease()));
    if (!refund) return false;
    const { id, intentId, amountMinor, currency, tries } = refund;
    try {
      const provider = providers.get(refund.provider);
      if (!provider) throw new Error(`no provider is called ${refund.provider}`);
      await provider.refund(intentId, { refundId: id, amountMinor, currency }, AbortSignal.timeout(timeoutMs));
      await settleRefund(db.primary, id, undefined, clock.now());
    } catch (error) {
      const pause = Math.min(2 ** Math.min(tries, 10) * 1000, LONGEST_PAUSE_MS);
      log.warn({ refund: id, provider: refund.provider, tries, err: error }, "a refund was not taken");
      const said = error instanceof Error ? error.message.slice(0, 200) : "fault";
      await settleRefund(db.primary, id, said, new Date(clock.now().getTime() + pause));
    }
    return true;
  }

  function wake(): void {
    if (timer !== undefined && !stopped) void loop.run();
  }

  return {
    wake,
    start() {
      if (providers.size === 0) return;
      timer = setInterval(wake, POLL_MS).unref();
      wake();
    },
    async stop() {
      stopped = true;
      clearInterval(timer);
      await loop.idle();
    },
  };
}
