/** Letters of other plugins: put into the queue here, written by their own writers when their turn comes. */
import type { Clock } from "../../../kernel/clock.ts";
import { afterCommit } from "../../../kernel/db/after-commit.ts";
import type { Tx } from "../../../kernel/db/database.ts";
import type { LetterState, LetterWriter, OutgoingLetter, PostOffice, Postponed } from "../../../kernel/mail.ts";
import { errors } from "../errors.ts";
import { insertLetters, type Letter } from "../queries/letters.ts";

export interface Counter extends PostOffice {
  /** Undefined: not a plugin's that is here, or there is nothing to say any more. */
  write(letter: Letter): Promise<OutgoingLetter | Postponed | undefined>;
  settled(tx: Tx, letter: Letter, state: LetterState): Promise<void>;
}

export function createCounter(parts: {
  clock: Clock;
  possible: boolean;
  publicUrl: string | undefined;
  wake(): void;
}): Counter {
  const { clock, possible, publicUrl, wake } = parts;
  const writers = new Map<string, LetterWriter>();
  return {
    possible,
    publicUrl,
    writeBy(kind, writer) {
      if (writers.has(kind)) throw new Error(`two plugins write letters of the kind ${kind}`);
      writers.set(kind, writer);
    },
    async queue(tx, letters) {
      if (!possible) throw errors.MAIL_NOT_SET();
      await insertLetters(tx, letters, clock.now());
      afterCommit(tx, wake);
    },
    async write({ kind, reference, locale }) {
      return reference === undefined ? undefined : writers.get(kind)?.write(reference, locale);
    },
    async settled(tx, { kind, reference }, state) {
      if (reference !== undefined && state !== "queued") await writers.get(kind)?.settled(tx, reference, state);
    },
  };
}
