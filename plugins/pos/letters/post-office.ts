/** Sends the letters that wait to the mail server, one at a time, tries again, and gives up in the end. */
import type { Transporter } from "nodemailer";
import type { Logger } from "pino";
import type { Clock } from "../../../kernel/clock.ts";
import type { Database, Tx } from "../../../kernel/db/database.ts";
import { createLoop } from "../../../kernel/events/loop.ts";
import type { LetterState, OutgoingLetter, Postponed } from "../../../kernel/mail.ts";
import { claimLetter, type Letter, settleLetter } from "../queries/letters.ts";

const POLL_MS = 2000;
const TIMEOUT_MS = 10_000;
/** beyond all the time a try may take */
const LEASE_MS = 90_000;
/** over about two hours */
const MAX_TRIES = 8;

interface Delivery {
  sent: boolean;
  notBefore?: Date;
  fault?: { code: string; final: boolean };
}

export interface Sender {
  start(): void;
  stop(): Promise<void>;
  wake(): void;
}

async function openTransport(url: string): Promise<Transporter> {
  const { default: nodemailer } = await import("nodemailer");
  return nodemailer.createTransport({
    url,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
  });
}

export function createPostOffice({
  db,
  clock,
  log,
  url,
  from,
  write,
  settled,
}: {
  db: Database;
  clock: Clock;
  log: Logger;
  /** smtp:// or smtps://, with user and password when the server wants them */
  url: string;
  from: string;
  /** undefined: there is nothing to say any more */
  write(letter: Letter): Promise<OutgoingLetter | Postponed | undefined>;
  /** in the transaction in which the letter is settled */
  settled(tx: Tx, letter: Letter, state: LetterState): Promise<void>;
}): Sender {
  // made for the first letter: the library is large, and many a till sends none
  let transport: Transporter | undefined;
  const loop = createLoop(step);
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;

  async function step(): Promise<boolean> {
    if (stopped) return false;
    try {
      const now = clock.now();
      const letter = await db.transaction((tx) => claimLetter(tx, now, new Date(now.getTime() + LEASE_MS)));
      if (!letter) return false;
      const { sent, notBefore, fault } = await deliver(letter);
      const lost = fault !== undefined && (fault.final || letter.tries >= MAX_TRIES);
      const done = sent ? "sent" : notBefore ? "queued" : "dropped";
      const state = fault === undefined ? done : lost ? "failed" : "queued";
      const pause = Math.min(5 * 3 ** (letter.tries - 1), 3600) * 1000;
      const nextTryAt = notBefore ?? new Date(clock.now().getTime() + pause);
      // to wait is no try
      const tries = notBefore ? letter.tries - 1 : letter.tries;
      await db.transaction(async (tx) => {
        await settleLetter(tx, letter.id, { state, tries, error: fault?.code, nextTryAt });
        await settled(tx, letter, state);
      });
      // what servers answer often repeats the address, which belongs in no log
      if (fault) log.warn({ letter: letter.id, tries: letter.tries, code: fault.code }, "a letter was not taken");
      return true;
    } catch (error) {
      if (!stopped) log.error({ err: error }, "letters have to wait");
      return false;
    }
  }

  async function deliver(letter: Letter): Promise<Delivery> {
    try {
      const written = await write(letter);
      if (!written) return { sent: false };
      if ("notBefore" in written) return { sent: false, notBefore: written.notBefore };
      const { attachment, unsubscribe, ...content } = written;
      const list = unsubscribe === undefined ? {} : { list: { unsubscribe } };
      transport ??= await openTransport(url);
      await transport.sendMail({ from, ...content, ...list, attachments: attachment ? [attachment] : [] });
      return { sent: true };
    } catch (error) {
      const { code = "FAULT", responseCode } = error as { code?: string; responseCode?: number };
      // 5xx: the server will say the same tomorrow
      const said = responseCode === undefined ? code : `${code} ${responseCode}`;
      const final = responseCode !== undefined && responseCode >= 500 && code !== "EAUTH";
      return { sent: false, fault: { code: said, final } };
    }
  }

  function wake(): void {
    if (timer !== undefined && !stopped) void loop.run();
  }

  return {
    wake,
    start() {
      timer = setInterval(wake, POLL_MS).unref();
      wake();
    },
    async stop() {
      stopped = true;
      clearInterval(timer);
      await loop.idle();
      transport?.close();
    },
  };
}
