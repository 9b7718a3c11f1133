/** Receipts by e-mail: put into a queue with what asked for them, sent after the commit. */
import type { Auditor } from "../../../kernel/audit.ts";
import type { Clock } from "../../../kernel/clock.ts";
import { afterCommit } from "../../../kernel/db/after-commit.ts";
import type { Database, Tx } from "../../../kernel/db/database.ts";
import { kernelErrors } from "../../../kernel/errors.ts";
import type { Locale } from "../../../kernel/i18n.ts";
import { errors } from "../errors.ts";
import { deleteLetters, insertLetter, type Letter, lettersOf } from "../queries/letters.ts";
import { findSale } from "../queries/sales.ts";
import type { RegisterActor } from "../registers.ts";
import type { Sender } from "./post-office.ts";

export type Letters = ReturnType<typeof createLetters>;

export function createLetters({
  db,
  clock,
  audit,
  office,
}: {
  db: Database;
  clock: Clock;
  audit: Auditor;
  /** undefined: no mail server is set */
  office: Pick<Sender, "wake"> | undefined;
}) {
  return {
    possible: office !== undefined,

    /** Forgets letters of more than `days` ago, whatever became of them. */
    clean: (days: number): Promise<number> =>
      deleteLetters(db.primary, new Date(clock.now().getTime() - days * 86_400_000)),

    of: (saleId: number): Promise<Letter[]> => lettersOf(db.primary, saleId),

    /** The letter's id. Throws NOT_FOUND, MAIL_NOT_SET. */
    async send(tx: Tx, actor: RegisterActor, saleId: number, address: string, locale: Locale): Promise<number> {
      if (!office) throw errors.MAIL_NOT_SET();
      if (!(await findSale(tx, saleId))) throw kernelErrors.NOT_FOUND();
      const id = await insertLetter(tx, { saleId, address, locale, userId: actor.user.id, now: clock.now() });
      // that it went out, not where to: the trail is kept for ever, the address is the customer's
      await audit(tx, { ...actor, action: "receipt.emailed", subject: `sale:${saleId}` });
      afterCommit(tx, office.wake);
      return id;
    },
  };
}
