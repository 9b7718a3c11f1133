/** The shop's printers and what waits to be printed on them. */
import type { Auditor } from "../../../kernel/audit.ts";
import type { Clock } from "../../../kernel/clock.ts";
import { afterCommit } from "../../../kernel/db/after-commit.ts";
import type { Database, Tx } from "../../../kernel/db/database.ts";
import { fieldFault, kernelErrors } from "../../../kernel/errors.ts";
import { errors } from "../errors.ts";
import * as jobs from "../queries/print-jobs.ts";
import * as queries from "../queries/printers.ts";
import type { RegisterActor } from "../registers.ts";
import type { NewJob, Printer, PrintJob } from "./domain.ts";
import type { Worker } from "./worker.ts";

export type Printing = ReturnType<typeof createPrinting>;

export function createPrinting({
  db,
  clock,
  audit,
  worker,
}: {
  db: Database;
  clock: Clock;
  audit: Auditor;
  worker: Pick<Worker, "wake">;
}) {
  /** The job's id; undefined: it stands in the queue already. */
  async function queue(tx: Tx, job: NewJob): Promise<number | undefined> {
    const id = await jobs.insertJob(tx, job, clock.now());
    afterCommit(tx, worker.wake);
    return id;
  }

  async function find(id: number, from: Database["primary"] = db.primary): Promise<Printer> {
    const printer = await queries.findPrinter(from, id);
    if (!printer) throw kernelErrors.NOT_FOUND();
    return printer;
  }

  async function change(tx: Tx, id: number, work: () => Promise<boolean>): Promise<PrintJob> {
    const done = await work();
    const job = await jobs.findJob(tx, id);
    if (!job) throw kernelErrors.NOT_FOUND();
    if (!done) throw errors.PRINT_JOB_SETTLED();
    afterCommit(tx, worker.wake);
    return job;
  }

  return {
    find,
    list: (): Promise<Printer[]> => queries.listPrinters(db.primary),
    registers: (): Promise<queries.RegisterPrinter[]> => queries.registerPrinters(db.primary),
    jobs: (filter: Parameters<typeof jobs.listJobs>[1]): Promise<PrintJob[]> => jobs.listJobs(db.replica, filter),
    hasPrinter: async (registerId: number): Promise<boolean> =>
      (await queries.printerOfRegister(db.primary, registerId)) !== undefined,
    stats: (): Promise<jobs.QueueStats> => jobs.queueStats(db.primary),
    /** Removes what was settled one way or the other more than `days` ago. */
    clean: (days: number): Promise<number> =>
      jobs.deleteOldJobs(db.primary, new Date(clock.now().getTime() - days * 86_400_000)),
    findJob: (tx: Tx, id: number): Promise<PrintJob | undefined> => jobs.findJob(tx, id),

    /** Throws a fault of `name` when it is taken. */
    async create(tx: Tx, actor: RegisterActor, printer: Omit<Printer, "id">): Promise<number> {
      const id = await queries.insertPrinter(tx, printer);
      if (id === undefined) throw fieldFault("name", "PRINTER_TAKEN", "pos.validation.printer_taken");
      await audit(tx, { ...actor, action: "printer.created", subject: `printer:${id}`, after: said(printer) });
      return id;
    },

    /** Throws NOT_FOUND, a fault of `name`. */
    async update(actor: RegisterActor, wanted: Printer): Promise<void> {
      await db.transaction(async (tx) => {
        const before = await find(wanted.id, tx);
        if (await queries.nameTaken(tx, wanted.id, wanted.name))
          throw fieldFault("name", "PRINTER_TAKEN", "pos.validation.printer_taken");
        await queries.updatePrinter(tx, wanted);
        const about = { action: "printer.updated", subject: `printer:${wanted.id}` };
        await audit(tx, { ...actor, ...about, before: said(before), after: said(wanted) });
        afterCommit(tx, worker.wake);
      });
    },

    /** Throws NOT_FOUND for the register, a fault of `printer_id`. */
    async assign(actor: RegisterActor, registerId: number, printerId: number | undefined): Promise<void> {
      await db.transaction(async (tx) => {
        if (printerId !== undefined && !(await queries.findPrinter(tx, printerId)))
          throw fieldFault("printer_id", "PRINTER_UNKNOWN", "pos.validation.printer_unknown");
        if (!(await queries.setRegisterPrinter(tx, registerId, printerId))) throw kernelErrors.NOT_FOUND();
        const about = { action: "printer.assigned", subject: `register:${registerId}` };
        await audit(tx, { ...actor, ...about, after: { printer_id: printerId ?? null } });
      });
    },

    /** For events of new documents: their receipts, in this order, where their registers have printers. */
    async documentsTold(events: readonly { payload: { saleId: number; registerId: number } }[], tx: Tx): Promise<void> {
      const documents = events.map(({ payload }) => payload);
      const printers = await queries.printersOfRegisters(
        tx,
        documents.map(({ registerId }) => registerId),
      );
      for (const { saleId, registerId } of documents) {
        const printerId = printers.get(registerId);
        if (printerId !== undefined) await queue(tx, { printerId, kind: "receipt", saleId });
      }
    },

    /** Opens the drawer of a register whose printer has one. */
    async drawerOpened(tx: Tx, { registerId }: { registerId: number }): Promise<void> {
      const printer = await queries.printerOfRegister(tx, registerId);
      if (printer?.kicksDrawer) await queue(tx, { printerId: printer.id, kind: "drawer" });
    },

    /** A copy that was counted, on the register's printer; the job's id, undefined where the register has none. */
    async copy(tx: Tx, sale: { id: number; registerId: number }, copy: number): Promise<number | undefined> {
      const printer = await queries.printerOfRegister(tx, sale.registerId);
      return printer && queue(tx, { printerId: printer.id, kind: "copy", saleId: sale.id, copy });
    },

    /** The report of a shift, on its register's printer; the job's id, undefined where the register has none. */
    async shiftReport(
      tx: Tx,
      shift: { id: number; registerId: number },
      copy: number | undefined,
    ): Promise<number | undefined> {
      const printer = await queries.printerOfRegister(tx, shift.registerId);
      return printer && queue(tx, { printerId: printer.id, kind: "shift_report", shiftId: shift.id, copy });
    },

    /** Throws NOT_FOUND. */
    async test(tx: Tx, printerId: number): Promise<number> {
      await find(printerId, tx);
      const id = await queue(tx, { printerId, kind: "test" });
      if (id === undefined) throw new Error("a test page is not unique, and was refused as if it were");
      return id;
    },

    /** Now, and from the first try on when it had been given up. Throws NOT_FOUND, PRINT_JOB_SETTLED. */
    retry: (tx: Tx, id: number): Promise<PrintJob> => change(tx, id, () => jobs.requeueJob(tx, id, clock.now())),

    /** Throws NOT_FOUND, PRINT_JOB_SETTLED. */
    async cancel(tx: Tx, actor: RegisterActor, id: number): Promise<PrintJob> {
      const job = await change(tx, id, () => jobs.cancelJob(tx, id));
      const after = { kind: job.kind, number: job.saleNumber ?? job.shift?.zNumber ?? null };
      await audit(tx, { ...actor, action: "print_job.cancelled", subject: `printer:${job.printerId}`, after });
      return job;
    },
  };
}

function said({ name, host, port, width, codePage, kicksDrawer, active }: Omit<Printer, "id">) {
  return { name, host, port, width, code_page: codePage, kicks_drawer: kicksDrawer, active };
}
