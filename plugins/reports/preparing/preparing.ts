/** Makes files of long reports behind a page: part after part into the database, so that any instance can hand them out. */
import { Readable } from "node:stream";
import type { Logger } from "pino";
import type { Auditor } from "../../../kernel/audit.ts";
import type { Clock } from "../../../kernel/clock.ts";
import type { Database } from "../../../kernel/db/database.ts";
import { kernelErrors } from "../../../kernel/errors.ts";
import { type Reply, stream } from "../../../kernel/http/reply.ts";
import type { SignedInUser } from "../../../kernel/http/session.ts";
import type { Locale, Text } from "../../../kernel/i18n.ts";
import type { Stores } from "../../../kernel/stores/store.ts";
import { SEE_COSTS } from "../../inventory/api.ts";
import { errors } from "../errors.ts";
import { fileOf } from "../files.ts";
import { createLane } from "../lane.ts";
import * as queries from "../queries/files.ts";
import type { Reader, Reading, Ready } from "../reading.ts";
import type { Filters, FORMATS } from "../schema.ts";

/** a report of more lines is made behind a page */
export const LONG = 10_000;
const PART_BYTES = 1024 * 1024;
const MOST_AT_ONCE = 2;
/** of anybody, by this process: each holds a connection */
const LANES = 2;
/** of a person, besides those that are being made */
const MOST_KEPT = 10;
const KEPT_MS = 24 * 3_600_000;
const BEAT_MS = 10_000;
/** without a beat for so long, whoever made it is gone */
const DEAD_MS = 60_000;

export interface FileActor {
  user: Pick<SignedInUser, "id" | "username">;
  address: string;
}

export interface FileRequest {
  name: string;
  filters: Filters;
  format: (typeof FORMATS)[number];
  text: Text;
  /** by which amounts of CSV are written */
  locale: Locale;
}

export type Preparing = ReturnType<typeof createPreparing>;

export function createPreparing(parts: {
  db: Database;
  clock: Clock;
  log: Logger;
  audit: Auditor;
  stores: Pick<Stores, "shopOf">;
  reading: Reading;
}) {
  const { db, clock, log, audit, stores, reading } = parts;
  const leaving = new AbortController();
  const lane = createLane(LANES);
  const atWork = new Set<Promise<void>>();
  const ago = (ms: number) => new Date(clock.now().getTime() - ms);

  async function make(id: number, ready: Ready, reader: Reader, { format, text, locale }: FileRequest): Promise<void> {
    const beats = setInterval(() => void queries.beat(db.primary, id, clock.now()).catch(() => {}), BEAT_MS).unref();
    let linesDone = 0;
    let leave: (() => void) | undefined;
    async function* counted() {
      for await (const batch of reading.all(ready)) {
        leaving.signal.throwIfAborted();
        linesDone += batch.length;
        yield batch;
      }
    }
    try {
      leave = await lane.enter(leaving.signal);
      await queries.beginFile(db.primary, id, clock.now());
      const file = fileOf({ lines: counted(), ready, format, text, locale, shop: reader.shop });
      let part = 0;
      for await (const content of inParts(file.body)) {
        await queries.addPart(db.primary, { id, part, linesDone, now: clock.now() }, content);
        part += 1;
      }
      await queries.finishFile(db.primary, id, { linesDone, type: file.type, filename: file.filename });
    } catch (error) {
      if (!leaving.signal.aborted) log.error({ err: error, file: id }, "the file of a report could not be made");
      await queries.failFile(db.primary, id).catch(() => {});
    } finally {
      leave?.();
      clearInterval(beats);
    }
  }

  /** Only of whoever asked for it. Throws NOT_FOUND. */
  async function find(userId: number, id: number): Promise<queries.ReportFile> {
    const file = await queries.fileById(db.primary, id);
    if (!file || file.userId !== userId) throw kernelErrors.NOT_FOUND();
    const busy = file.state === "waiting" || file.state === "making";
    return busy && file.beatAt < ago(DEAD_MS) ? { ...file, state: "failed" } : file;
  }

  return {
    find,

    /** The file's id; it is being made, or waits for others. Throws what reading throws, STORE_NOT_YOURS, TOO_MANY_FILES. */
    async start({ user, address }: FileActor, asking: Reader, request: FileRequest): Promise<number> {
      const { name, filters, format } = request;
      const { store_id } = filters;
      if (store_id !== undefined && !asking.stores.some(({ id }) => id === store_id))
        throw kernelErrors.STORE_NOT_YOURS();
      const reader = { stores: asking.stores, can: asking.can, shop: await stores.shopOf(store_id) };
      const ready = await reading.ready(name, filters, reader);
      const { count } = await reading.page(ready, { offset: 0, limit: 1 });
      const id = await db.transaction(async (tx) => {
        if ((await queries.lockAndCountMaking(tx, user.id, ago(DEAD_MS))) >= MOST_AT_ONCE)
          throw errors.TOO_MANY_FILES({ params: { most: MOST_AT_ONCE } });
        // who takes figures out stands in the trail before the first of them leaves
        await audit(tx, {
          user: { id: user.id, username: user.username },
          address,
          action: "reports.exported",
          subject: `report ${name}`,
          after: { format, ...(ready.report.period ? ready.asked.range : {}) },
        });
        await queries.keepNewest(tx, user.id, MOST_KEPT);
        return queries.insertFile(tx, {
          userId: user.id,
          report: name,
          format,
          storeIds: [...ready.asked.storeIds],
          costs: ready.report.needsCosts === true || ready.columns.some(({ cost }) => cost),
          linesAll: count,
          now: clock.now(),
        });
      });
      const work: Promise<void> = make(id, ready, reader, request).finally(() => atWork.delete(work));
      atWork.add(work);
      return id;
    },

    /** Throws NOT_FOUND, FILE_NOT_READY, FORBIDDEN and STORE_NOT_YOURS for who may not see all of it any more. */
    async download(userId: number, { can, stores: mine }: Pick<Reader, "can" | "stores">, id: number): Promise<Reply> {
      const { state, report, type, filename, bytes, storeIds, costs } = await find(userId, id);
      if (!reading.list({ can }).some(({ name }) => name === report)) throw kernelErrors.FORBIDDEN();
      if (costs && !can(SEE_COSTS)) throw kernelErrors.FORBIDDEN();
      if (!storeIds.every((one) => mine.some((store) => store.id === one))) throw kernelErrors.STORE_NOT_YOURS();
      if (state !== "done" || type === null || filename === null) throw errors.FILE_NOT_READY();
      async function* parts() {
        let left = bytes;
        for (let part = 0; left > 0; part += 1) {
          const content = await queries.partOf(db.primary, id, part);
          // it was cleaned away meanwhile: better broken off than half of it taken for the whole
          if (!content) throw new Error(`part ${part} of the file ${id} is gone`);
          left -= content.length;
          yield content;
        }
      }
      return stream(type, Readable.from(parts(), { objectMode: false }), filename);
    },

    clean: () => queries.deleteFiles(db.primary, ago(KEPT_MS), ago(DEAD_MS)),

    async stop(): Promise<void> {
      leaving.abort();
      await Promise.allSettled(atWork);
    },
  };
}

/** Never more of it in memory than a part and what is read at once. */
async function* inParts(body: Readable): AsyncGenerator<Buffer> {
  let chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    const piece = typeof chunk === "string" ? Buffer.from(chunk) : (chunk as Buffer);
    chunks.push(piece);
    size += piece.length;
    if (size < PART_BYTES) continue;
    yield Buffer.concat(chunks);
    chunks = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(chunks);
}
