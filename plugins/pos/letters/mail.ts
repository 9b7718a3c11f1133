/** Mail as a whole: the queue of receipts, the counter for letters of other plugins, and the office that sends both. */
import type { Logger } from "pino";
import type { Auditor } from "../../../kernel/audit.ts";
import type { Clock } from "../../../kernel/clock.ts";
import type { Database } from "../../../kernel/db/database.ts";
import type { Locale, Text } from "../../../kernel/i18n.ts";
import type { PosConfig } from "../config.ts";
import type { Letter } from "../queries/letters.ts";
import type { Receipts } from "../receipts/receipts.ts";
import { createCounter } from "./counter.ts";
import { createLetters } from "./letters.ts";
import { createPostOffice, type Sender } from "./post-office.ts";
import { createWriting } from "./writing.ts";

export function createMail(parts: {
  config: PosConfig;
  db: Database;
  clock: Clock;
  log: Logger;
  audit: Auditor;
  receipts: Receipts;
  texts: Readonly<Record<Locale, Text>>;
}) {
  const { config, db, clock, log, audit, receipts, texts } = parts;
  const { SMTP_URL: url, SMTP_FROM: from, PUBLIC_URL: publicUrl } = config;
  let office: Sender | undefined;
  const possible = url !== undefined && from !== undefined;
  const counter = createCounter({ clock, possible, publicUrl, wake: () => office?.wake() });
  const writeReceipt = createWriting({ receipts, texts });
  const write = (one: Letter) => (one.sale ? writeReceipt(one.sale, one.locale) : counter.write(one));
  if (url && from) office = createPostOffice({ db, clock, log, url, from, write, settled: counter.settled });
  return { letters: createLetters({ db, clock, audit, office }), counter, office };
}
