/** What providers answer becomes the state of a payment. */
import type { Clock } from "../../../kernel/clock.ts";
import type { Database } from "../../../kernel/db/database.ts";
import { moveIntent } from "../queries/intents.ts";
import type { Intent, IntentState } from "./domain.ts";
import type { PaymentProvider, ProviderAnswer, Providers } from "./provider.ts";

const SECOND = 1000;
/** that money which came late is looked for */
const LATE_MS = 24 * 3600 * SECOND;
const LATE_PAUSE_MS = 60 * SECOND;

const OPEN: readonly IntentState[] = ["new", "pending"];
/** money may still come of these, however nobody waits for it any more */
const ENDED: readonly IntentState[] = ["declined", "expired", "abandoned"];

export type Answers = ReturnType<typeof createAnswers>;

export function createAnswers(parts: { db: Database; clock: Clock; providers: Providers; timeoutMs: number }) {
  const { db, clock, providers, timeoutMs } = parts;

  function providerOf({ provider }: Intent): PaymentProvider {
    const found = providers.get(provider);
    if (!found) throw new Error(`no provider is called ${provider}`);
    return found;
  }
  const signal = () => AbortSignal.timeout(timeoutMs);

  /** Ended ones are asked about for a day. */
  const askAgain = (intent: Intent, now: Date): Date | undefined =>
    now.getTime() - intent.createdAt.getTime() < LATE_MS ? new Date(now.getTime() + LATE_PAUSE_MS) : undefined;

  async function given(intent: Intent, answer: ProviderAnswer): Promise<void> {
    const now = clock.now();
    const { reference, qr, expiresAt } = answer;
    const ended = ENDED.includes(intent.state);
    const end = (state: IntentState) =>
      moveIntent(db.primary, intent.id, ended ? [intent.state] : OPEN, {
        state: ended ? intent.state : state,
        reference,
        nextAskAt: askAgain(intent, now),
        now,
      });
    switch (answer.state) {
      case "approved":
        await moveIntent(db.primary, intent.id, [...OPEN, ...ENDED], {
          state: "approved",
          reference,
          nextAskAt: undefined,
          now,
        });
        return;
      case "declined":
        await end("declined");
        return;
      case "expired":
        await end("expired");
        return;
      case "cancelled":
        await end("abandoned");
        return;
      case "pending":
      case "unknown": {
        if (ended) {
          await end(intent.state);
          return;
        }
        const next = { reference, qr, expiresAt, nextAskAt: new Date(now.getTime() + pauseOf(intent)), now };
        // what the provider has never heard of is told to it again
        const state = answer.state === "unknown" ? "new" : "pending";
        await moveIntent(db.primary, intent.id, OPEN, { state, ...next });
      }
    }
  }

  return {
    given,

    /** Asks the provider what it is now, or asks for it a first time; what is past its time is cancelled. Throws when it does not answer. */
    async ask(intent: Intent): Promise<void> {
      const provider = providerOf(intent);
      const { id, amountMinor, currency } = intent;
      if (intent.state === "new") {
        const description = `${intent.registerName} ${id.slice(0, 8)}`;
        return given(intent, await provider.create({ id, amountMinor, currency, description }, signal()));
      }
      const answer = await provider.status(id, signal());
      // past its time, or given up while the provider did not hear it
      const unwanted = ENDED.includes(intent.state) || (intent.state === "pending" && intent.expiresAt <= clock.now());
      if (answer.state !== "pending" || !unwanted) return given(intent, answer);
      const cancelled = await provider.cancel(id, signal());
      await given(intent, cancelled.state === "cancelled" ? { ...cancelled, state: "expired" } : cancelled);
    },

    /** Throws when it does not answer. */
    async cancel(intent: Intent): Promise<void> {
      await given(intent, await providerOf(intent).cancel(intent.id, signal()));
    },
  };
}

/** Every two seconds while somebody stands at the till, more rarely later. */
function pauseOf({ tries }: Intent): number {
  return (tries < 60 ? 2 : 10) * SECOND;
}
