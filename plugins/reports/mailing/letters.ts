/** What a letter with a report says and carries, by what its recipient may see at that moment. */
import { addAbortSignal, type Readable } from "node:stream";
import type { Auditor } from "../../../kernel/audit.ts";
import type { Clock } from "../../../kernel/clock.ts";
import type { Database } from "../../../kernel/db/database.ts";
import type { Locale, Text } from "../../../kernel/i18n.ts";
import type { LetterWriter, PostOffice } from "../../../kernel/mail.ts";
import { fileOf } from "../files.ts";
import type { Lane } from "../lane.ts";
import { dateOf, periodTold, rangeTold } from "../present.ts";
import { addressesOf, openMailing, scheduleById, settleMailing } from "../queries/schedules.ts";
import type { Reading } from "../reading.ts";
import { rangeOf } from "./due.ts";
import type { Mailings } from "./mailings.ts";

/** what mail servers usually take, less what base64 adds */
const MOST_BYTES = 10 * 1024 * 1024;
/** other letters wait behind it, and a letter that takes too long would be taken up by another instance as well */
const MOST_MS = 20_000;
/** downloads go first */
const WAIT_MS = 1000;
const LATER_MS = 30_000;

export function createLetters(parts: {
  db: Database;
  clock: Clock;
  audit: Auditor;
  texts: Readonly<Record<Locale, Text>>;
  reading: Reading;
  office: PostOffice;
  lane: Lane;
  mailings: Pick<Mailings, "workers" | "readerOf">;
}): LetterWriter {
  const { db, clock, audit, texts, reading, office, lane, mailings } = parts;
  return {
    async write(reference, locale) {
      const mailing = await openMailing(db.primary, reference);
      const schedule = mailing && (await scheduleById(db.primary, mailing.scheduleId));
      if (!mailing || !schedule) return undefined;
      const [worker] = await mailings.workers([mailing.userId]);
      const to = (await addressesOf(db.primary, [mailing.userId])).get(mailing.userId);
      const reader = worker && (await mailings.readerOf(worker, schedule.storeId));
      // left, may not see it any more, or has no address
      if (!reader || to === undefined || !reading.list(reader).some(({ name }) => name === schedule.report))
        return undefined;
      const range = rangeOf(schedule.rhythm, mailing.lastDay);
      const filters = { ...range, store_id: schedule.storeId, compare: schedule.compare };
      const ready = await reading.ready(schedule.report, filters, reader);
      const text = texts[locale];
      const { format } = schedule;
      const leave = await lane.enter(AbortSignal.timeout(WAIT_MS)).catch(() => undefined);
      if (!leave) return { notBefore: new Date(clock.now().getTime() + LATER_MS) };
      const file = fileOf({ lines: reading.all(ready), ready, format, text, locale, shop: reader.shop });
      const content = await atMost(file.body, MOST_BYTES, MOST_MS).finally(leave);
      const { shop } = reader;
      const publicUrl = office.publicUrl;
      const days = ready.report.period
        ? rangeTold(ready.asked.range, text)
        : text.t("reports.now", { day: dateOf(ready.asked.today, text) });
      const said = {
        report: text.t(`reports.names.${schedule.report}`),
        period: ready.report.period ? periodTold(ready.asked, text) : days,
        shop: shop.storeName === undefined ? shop.name : `${shop.name}, ${shop.storeName}`,
      };
      const stop = publicUrl && `${publicUrl}/reports/no-more/${mailing.token}`;
      const body = [
        text.t(content ? "reports.mail.body" : "reports.mail.too_large", said),
        publicUrl && `${publicUrl}/reports/${schedule.report}`,
        stop ? text.t("reports.mail.stop_by_link", { link: stop }) : text.t("reports.mail.stop_by_page"),
      ];
      return {
        to,
        subject: text.t("reports.mail.subject", { ...said, period: days }),
        text: `${body.filter(Boolean).join("\n\n")}\n`,
        unsubscribe: stop,
        ...(content ? { attachment: { filename: file.filename, content } } : {}),
      };
    },

    async settled(tx, reference, state) {
      const done = await settleMailing(tx, reference, state, clock.now());
      if (!done || state !== "sent") return;
      const [user] = await mailings.workers([done.userId]);
      await audit(tx, {
        ...(user ? { user: { id: user.id, username: user.username } } : {}),
        action: "reports.mailed",
        subject: `report ${done.report}`,
        after: { format: done.format, last_day: done.lastDay },
      });
    },
  };
}

/** Undefined: there is more than that, or it takes longer; what makes it is told to stop. */
async function atMost(body: Readable, bytes: number, ms: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  const late = AbortSignal.timeout(ms);
  try {
    for await (const chunk of addAbortSignal(late, body)) {
      const piece = typeof chunk === "string" ? Buffer.from(chunk) : (chunk as Buffer);
      size += piece.length;
      if (size > bytes) return undefined;
      chunks.push(piece);
    }
  } catch (error) {
    if (late.aborted) return undefined;
    throw error;
  }
  return Buffer.concat(chunks);
}
