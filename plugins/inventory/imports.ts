/** Price lists: received, checked row by row, and written when a person or a program says so. */
import type { Auditor } from "../../kernel/audit.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { Database, Tx } from "../../kernel/db/database.ts";
import { AppError, kernelErrors } from "../../kernel/errors.ts";
import { type Emit, eventRef } from "../../kernel/events/event.ts";
import type { UploadedFile } from "../../kernel/http/route.ts";
import type { Locale } from "../../kernel/i18n.ts";
import type { Settings } from "../../kernel/settings/settings.ts";
import { readShop } from "../../kernel/settings/shop.ts";
import { listText } from "../../kernel/sheets/list-text.ts";
import type { Actor } from "./domain.ts";
import { errors } from "./errors.ts";
import { countLines, readLayout } from "./import/layout.ts";
import type { ImportState, ProductImport } from "./import/state.ts";
import { createWalk, type InTransaction, Overtaken } from "./import/walk.ts";
import { lockCodes } from "./queries/codes.ts";
import * as queries from "./queries/imports.ts";

export const importRequested = eventRef<{ importId: number }>("inventory.import_requested");

/** Files of so many rows are dealt with while the person waits; longer ones go on behind the page. */
export const INLINE_ROWS = 2000;
export const MOST_BYTES = 25 * 1024 * 1024;

const TROUBLES = {
  none: errors.IMPORT_NOT_TEXT,
  broken: errors.IMPORT_SHEET_BROKEN,
  too_large: errors.IMPORT_SHEET_TOO_LARGE,
};

export interface ImportRequest {
  file: UploadedFile | undefined;
  /** where the stock of new products goes */
  storeId: number;
  /** stop after the check, for a person to look */
  dryRun: boolean;
  atomic: boolean;
  /** names the expected columns in a refusal */
  locale: Locale;
}

export interface ImportParts {
  db: Database;
  clock: Clock;
  settings: Settings;
  emit: Emit;
  audit: Auditor;
}

export type Imports = ReturnType<typeof createImports>;

export function createImports({ db, clock, settings, emit, audit }: ImportParts) {
  const walk = createWalk({ clock, emit, audit, currency: async () => (await readShop(settings)).currency });

  /** Ends a phase, once. Throws Overtaken. */
  async function end(tx: Tx, id: number, phase: ImportState, status: ImportState): Promise<void> {
    const one = await queries.importForUpdate(tx, id);
    if (one?.status !== phase) throw new Overtaken();
    if (status === "running") return queries.beginPhase(tx, id, status);
    await queries.endPhase(tx, id, { status, finishedAt: status === "checked" ? null : clock.now() });
    if (status === "checked") return;
    await queries.dropParts(tx, id);
    if (status === "refused") return;
    await audit(tx, {
      user: { id: one.userId, username: one.userName },
      ...(one.address === null ? {} : { address: one.address }),
      action: "products.imported",
      subject: `import:${id}`,
      after: { file: one.fileName, created: one.created, updated: one.updated, failed: one.failed },
    });
  }

  async function check(one: ProductImport, inTx: InTransaction): Promise<void> {
    await walk(one, inTx, false);
    await inTx(async (tx) => {
      const { dryRun, atomic, failed } = await must(tx, one.id);
      await end(tx, one.id, "checking", dryRun ? "checked" : atomic && failed > 0 ? "refused" : "running");
    });
  }

  async function write(one: ProductImport, inTx: InTransaction): Promise<void> {
    if (one.atomic) return inTx((tx) => writeAllOrNothing(tx, one));
    await walk(one, inTx, true);
    await inTx((tx) => end(tx, one.id, "running", "done"));
  }

  async function writeAllOrNothing(tx: Tx, one: ProductImport): Promise<void> {
    try {
      await tx.transaction(async (savepoint) => {
        await walk(one, (work) => work(savepoint), true);
        if ((await must(savepoint, one.id)).failed > 0) throw new Spoiled();
        await end(savepoint, one.id, "running", "done");
      });
    } catch (error) {
      if (!(error instanceof Spoiled)) throw error;
      // a row was good when it was checked and is not any more: check again, which then refuses all
      await queries.beginPhase(tx, one.id, "checking");
    }
  }

  /** Goes on with an import from where it is, until it is over or waits for a person. */
  async function advance(id: number, inTx: InTransaction): Promise<void> {
    for (;;) {
      const one = await inTx((tx) => must(tx, id));
      if (one.status === "checking") await check(one, inTx);
      else if (one.status === "running") await write(one, inTx);
      else return;
    }
  }

  async function receive(
    tx: Tx,
    actor: Actor,
    { file, storeId, dryRun, atomic, locale }: ImportRequest,
  ): Promise<ProductImport> {
    if (!file) throw errors.IMPORT_NO_FILE();
    const layout = readLayout(file.content, locale);
    const total = countLines(file.content);
    if (total === 0) throw errors.IMPORT_EMPTY();
    const fileName = file.name.replace(/[^\P{C}]/gu, "").slice(-120) || "csv";
    const one = await queries.insertImport(tx, {
      fileName,
      storeId,
      dryRun,
      atomic,
      layout,
      total,
      user: actor.user,
      address: actor.address ?? null,
      now: clock.now(),
    });
    await queries.insertParts(tx, one.id, file.content);
    return one;
  }

  /** A short one at once, in this transaction and so wholly or not at all; a long one by the event. */
  async function proceed(tx: Tx, one: ProductImport): Promise<ProductImport> {
    if (one.total > INLINE_ROWS) {
      await emit(tx, importRequested, { importId: one.id });
      return one;
    }
    // what was checked stays true until it is written
    await lockCodes(tx);
    await advance(one.id, (work) => work(tx));
    return must(tx, one.id);
  }

  return {
    /**
     * Receives a file and deals with it, or lets it be dealt with when it is long: then its state is `checking`. Throws the
     * IMPORT_ errors for a file that cannot be read at all.
     */
    async submit(actor: Actor, request: ImportRequest): Promise<ProductImport> {
      if (!request.file || request.file.content.length === 0) throw errors.IMPORT_NO_FILE();
      // a workbook is unpacked before anything is locked
      const content = await listText(request.file.content, request.locale, TROUBLES);
      const file = { ...request.file, content };
      return db.transaction(async (tx) => proceed(tx, await receive(tx, actor, { ...request, file })));
    },

    /** Writes the good rows of a checked import, in the name of whoever starts it. A second call finds it on its way and does nothing. Throws NOT_FOUND. */
    start: (actor: Actor, id: number): Promise<ProductImport> =>
      db.transaction(async (tx) => {
        const one = await queries.importForUpdate(tx, id);
        if (!one) throw kernelErrors.NOT_FOUND();
        if (one.status === "checking" || one.status === "refused") throw errors.IMPORT_NOT_READY();
        if (one.status !== "checked") return one;
        await queries.beginPhase(tx, id, "running");
        await queries.takeOver(tx, id, actor.user, actor.address ?? null);
        return proceed(tx, { ...one, status: "running" });
      }),

    /**
     * The event's handler: may be called twice, on two instances, and after a crash in the middle. Throws Overtaken while
     * another instance is at work, so that somebody looks again later.
     */
    async carryOn(id: number): Promise<void> {
      try {
        await advance(id, (work) => db.transaction(work));
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        const fault = { code: error.code, params: error.details.params ?? {} };
        await db.transaction((tx) => queries.endPhase(tx, id, { status: "refused", finishedAt: clock.now(), fault }));
      }
    },

    /** Throws NOT_FOUND. */
    async get(id: number): Promise<ProductImport> {
      const one = await queries.importById(db.primary, id);
      if (!one) throw kernelErrors.NOT_FOUND();
      return one;
    },

    faults: (id: number, after: queries.FaultPlace | undefined, limit: number) =>
      queries.faultsAfter(db.primary, id, after, limit),

    /** Forgets imports of long ago with their faults; the products stay. */
    clean: (days: number): Promise<number> =>
      db.transaction((tx) => queries.dropImportsBefore(tx, new Date(clock.now().getTime() - days * 86_400_000))),
  };
}

/** Undoes what an all-or-nothing import has written so far. */
class Spoiled extends Error {}

async function must(tx: Tx, id: number): Promise<ProductImport> {
  const one = await queries.importById(tx, id);
  if (!one) throw new Overtaken();
  return one;
}
