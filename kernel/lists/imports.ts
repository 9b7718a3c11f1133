/** Lists that are imported: received, checked row by row, and written when a person or a program says so. */
import type { Auditor } from "../audit.ts";
import type { Clock } from "../clock.ts";
import type { Database, Tx } from "../db/database.ts";
import { AppError, kernelErrors as errors } from "../errors.ts";
import { type Emit, type EventRef, eventRef, on } from "../events/event.ts";
import type { UploadedFile } from "../http/route.ts";
import type { Locale } from "../i18n.ts";
import type { Settings } from "../settings/settings.ts";
import { readShop } from "../settings/shop.ts";
import { listText } from "../sheets/list-text.ts";
import type { Store } from "../stores/store.ts";
import { countLines, type Layout, readLayout } from "./layout.ts";
import type { AnyList } from "./list.ts";
import * as queries from "./queries.ts";
import { readable } from "./shared.ts";
import type { ImportState, ListImport } from "./state.ts";
import { createWalk, type InTransaction, Overtaken } from "./walk.ts";

/** Of the plugin that knows the list: its instances go on with it. */
export const importRequested = (owner: string): EventRef<{ importId: number }> => eventRef(`${owner}.import_requested`);

/** Files of so many rows are dealt with while the person waits; longer ones go on behind the page. */
export const INLINE_ROWS = 2000;
export const MOST_BYTES = 25 * 1024 * 1024;

const TROUBLES = {
  none: errors.IMPORT_NOT_TEXT,
  broken: errors.IMPORT_SHEET_BROKEN,
  too_large: errors.IMPORT_SHEET_TOO_LARGE,
};

/** Who does it, for the audit trail; `can`: what that person may do. */
export interface Importer {
  user: { id: number; username: string };
  address?: string;
  can(permission: string): boolean;
}

export interface ImportRequest {
  file: UploadedFile | undefined;
  /** whose shelves it is about, where a list is about shelves */
  storeId: number | null;
  /** stop after the check, for a person to look */
  dryRun: boolean;
  atomic: boolean;
  /** names the expected columns in a refusal, and says how amounts stand in the texts of a workbook */
  locale: Locale;
}

export interface ImportParts {
  name: string;
  db: Database;
  clock: Clock;
  settings: Settings;
  emit: Emit;
  audit: Auditor;
}

export type Imports = ReturnType<typeof createImports>;

/** The imports of one plugin, which is named by the parts that its host gives. */
export function createImports(
  { name: owner, db, clock, settings, emit, audit }: ImportParts,
  lists: readonly AnyList[],
) {
  const requested = importRequested(owner);
  const walk = createWalk({ listOf, currency: async () => (await readShop(settings)).currency });

  function listOf(one: Pick<ListImport, "owner" | "list">): AnyList {
    const list = one.owner === owner ? lists.find(({ name }) => name === one.list) : undefined;
    if (!list) throw errors.NOT_FOUND();
    return list;
  }

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
      ...listOf(one).audit,
      subject: `import:${id}`,
      after: { file: one.fileName, created: one.created, updated: one.updated, failed: one.failed },
    });
  }

  async function check(one: ListImport, inTx: InTransaction): Promise<void> {
    await walk(one, inTx, false);
    await inTx(async (tx) => {
      const { dryRun, atomic, failed } = await must(tx, one.id);
      await end(tx, one.id, "checking", dryRun ? "checked" : atomic && failed > 0 ? "refused" : "running");
    });
  }

  async function write(one: ListImport, inTx: InTransaction): Promise<void> {
    if (one.atomic) return inTx((tx) => writeAllOrNothing(tx, one));
    await walk(one, inTx, true);
    await inTx((tx) => end(tx, one.id, "running", "done"));
  }

  async function writeAllOrNothing(tx: Tx, one: ListImport): Promise<void> {
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
    list: AnyList,
    actor: Importer,
    { file, storeId, dryRun, atomic, locale }: ImportRequest & { file: UploadedFile },
  ): Promise<ListImport> {
    const layout = permitted(readLayout(file.content, list, locale), list, actor);
    const total = countLines(file.content);
    if (total === 0) throw errors.IMPORT_EMPTY();
    const fileName = file.name.replace(/[^\P{C}]/gu, "").slice(-120) || "csv";
    const one = await queries.insertImport(tx, {
      owner,
      list: list.name,
      permission: list.permission,
      fileName,
      storeId: list.ofStore ? storeId : null,
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
  async function proceed(tx: Tx, one: ListImport): Promise<ListImport> {
    if (one.total > INLINE_ROWS) {
      await emit(tx, requested, { importId: one.id });
      return one;
    }
    // what was checked stays true until it is written
    await listOf(one).lock?.(tx);
    await advance(one.id, (work) => work(tx));
    return must(tx, one.id);
  }

  /**
   * The event's handler: may be called twice, on two instances, and after a crash in the middle. Throws Overtaken while
   * another instance is at work, so that somebody looks again later.
   */
  async function carryOn(id: number): Promise<void> {
    try {
      await advance(id, (work) => db.transaction(work));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const fault = { code: error.code, text: error.text, params: error.details.params ?? {} };
      await db.transaction((tx) => queries.endPhase(tx, id, { status: "refused", finishedAt: clock.now(), fault }));
    }
  }

  return {
    lists,
    subscription: on(requested, "run-import", ({ payload }) => carryOn(payload.importId)),

    /**
     * Receives a file and deals with it, or lets it be dealt with when it is long: then its state is `checking`. Throws the
     * IMPORT_ errors for a file that cannot be read at all.
     */
    async submit(list: AnyList, actor: Importer, request: ImportRequest): Promise<ListImport> {
      if (!request.file || request.file.content.length === 0) throw errors.IMPORT_NO_FILE();
      // a workbook is unpacked before anything is locked
      const content = await listText(request.file.content, request.locale, TROUBLES);
      const file = { ...request.file, content };
      return db.transaction(async (tx) => proceed(tx, await receive(tx, list, actor, { ...request, file })));
    },

    /** Writes the good rows of a checked import, in the name of whoever starts it. A second call finds it on its way and does nothing. Throws NOT_FOUND and STORE_NOT_YOURS. */
    start: (actor: Importer, id: number, stores: readonly Store[]): Promise<ListImport> =>
      db.transaction(async (tx) => {
        const one = readable(await queries.importForUpdate(tx, id), stores);
        if (one.status === "checking" || one.status === "refused") throw errors.IMPORT_NOT_READY();
        if (one.status !== "checked") return one;
        // a column that whoever checked it might set, and this person may not
        if (permitted(one.layout, listOf(one), actor) !== one.layout) throw errors.FORBIDDEN();
        await queries.beginPhase(tx, id, "running");
        await queries.takeOver(tx, id, actor.user, actor.address ?? null);
        return proceed(tx, { ...one, status: "running" });
      }),

    /** `stores`: where the person works. Throws NOT_FOUND, also for one of another list, and STORE_NOT_YOURS. */
    async get(list: AnyList, id: number, stores: readonly Store[]): Promise<ListImport> {
      const one = await queries.importById(db.primary, id);
      return readable(one?.owner === owner && one.list === list.name ? one : undefined, stores);
    },

    faults: (id: number, after: queries.FaultPlace | undefined, limit: number) =>
      queries.faultsAfter(db.primary, id, after, limit),
  };
}

/** Undoes what an all-or-nothing import has written so far. */
class Spoiled extends Error {}

async function must(tx: Tx, id: number): Promise<ListImport> {
  const one = await queries.importById(tx, id);
  if (!one) throw new Overtaken();
  return one;
}

/** The same layout, unless a column stands in it that this person may not set: that one is left aside. */
function permitted(layout: Layout, { restricted = {}, headers }: AnyList, { can }: Importer): Layout {
  const barred = Object.keys(restricted).filter((column) => !can(restricted[column] ?? ""));
  if (!layout.columns.some((column) => column !== null && barred.includes(column))) return layout;
  const columns = layout.columns.map((column) => (column !== null && barred.includes(column) ? null : column));
  return { ...layout, columns, ignored: [...layout.ignored, ...barred.map((column) => headers.en[column] ?? column)] };
}
