/** What a plugin that sends letters is to others: they put letters into its queue and write them when their turn comes. */
import type { Tx } from "./db/database.ts";
import type { Locale } from "./i18n.ts";

export interface OutgoingLetter {
  to: string;
  subject: string;
  text: string;
  attachment?: { filename: string; content: Buffer };
  /** a page on which whoever gets it asks for no more; mail programs offer it as a button (RFC 2369) */
  unsubscribe?: string | undefined;
}

/** It is to be written again then, and not before. */
export interface Postponed {
  notBefore: Date;
}

/** `dropped`: there was nothing to say any more. */
export type LetterState = "queued" | "sent" | "failed" | "dropped";

/** Whoever writes letters of a kind. */
export interface LetterWriter {
  /** Undefined: it is not to be sent any more. */
  write(reference: number, locale: Locale): Promise<OutgoingLetter | Postponed | undefined>;
  /** Told in the transaction in which it is settled. */
  settled(tx: Tx, reference: number, state: LetterState): Promise<void>;
}

export interface PostOffice {
  /** False: no mail server is set, nothing can be queued. */
  readonly possible: boolean;
  /** where customers reach this system, without a slash at the end */
  readonly publicUrl: string | undefined;
  /** Letters of that kind are this one's; called while plugins are set up. Throws for a kind that is taken. */
  writeBy(kind: string, writer: LetterWriter): void;
  /** Queued with the transaction, sent after it, tried again for about two hours. No address is kept until then. Throws MAIL_NOT_SET. */
  queue(tx: Tx, letters: readonly { kind: string; reference: number; locale: Locale; userId: number }[]): Promise<void>;
}
