/** SQL of printers and of which register prints where. */
import type { Knex } from "knex";
import type { Tx } from "../../../kernel/db/database.ts";
import type { Printer } from "../printing/domain.ts";

const COLUMNS = "id, name, host, port, width, code_page, kicks_drawer, active";

export async function listPrinters(db: Knex): Promise<Printer[]> {
  const { rows } = await db.raw(`SELECT ${COLUMNS} FROM printers ORDER BY active DESC, name LIMIT 200`);
  return rows.map(toPrinter);
}

export async function findPrinter(db: Knex, id: number): Promise<Printer | undefined> {
  const { rows } = await db.raw(`SELECT ${COLUMNS} FROM printers WHERE id = ?`, [id]);
  return rows[0] && toPrinter(rows[0]);
}

/** The printer in use at a register. */
export async function printerOfRegister(db: Knex, registerId: number): Promise<Printer | undefined> {
  const { rows } = await db.raw(
    `SELECT ${COLUMNS} FROM printers WHERE active AND id = (SELECT printer_id FROM registers WHERE id = ?)`,
    [registerId],
  );
  return rows[0] && toPrinter(rows[0]);
}

/** The printers in use of these registers, by the register. */
export async function printersOfRegisters(db: Knex, registerIds: readonly number[]): Promise<Map<number, number>> {
  const { rows } = await db.raw(
    `SELECT r.id AS "registerId", p.id AS "printerId" FROM registers r JOIN printers p ON p.id = r.printer_id AND p.active
     WHERE r.id = ANY(:registerIds::bigint[])`,
    { registerIds: [...registerIds] },
  );
  return new Map(
    rows.map(({ registerId, printerId }: { registerId: number; printerId: number }) => [registerId, printerId]),
  );
}

/** Undefined: the name is taken. */
export async function insertPrinter(tx: Tx, printer: Omit<Printer, "id">): Promise<number | undefined> {
  const { rows } = await tx.raw(
    `INSERT INTO printers (name, host, port, width, code_page, kicks_drawer, active)
     VALUES (:name, :host, :port, :width, :codePage, :kicksDrawer, :active) ON CONFLICT (name) DO NOTHING RETURNING id`,
    { ...printer },
  );
  return rows[0]?.id;
}

export async function nameTaken(tx: Tx, id: number, name: string): Promise<boolean> {
  const { rowCount } = await tx.raw("SELECT FROM printers WHERE name = ? AND id <> ?", [name, id]);
  return rowCount > 0;
}

export async function updatePrinter(tx: Tx, printer: Printer): Promise<void> {
  await tx.raw(
    `UPDATE printers SET name = :name, host = :host, port = :port, width = :width, code_page = :codePage,
       kicks_drawer = :kicksDrawer, active = :active WHERE id = :id`,
    { ...printer },
  );
}

export interface RegisterPrinter {
  registerId: number;
  registerName: string;
  printerId: number | undefined;
}

export async function registerPrinters(db: Knex): Promise<RegisterPrinter[]> {
  const { rows } = await db.raw("SELECT id, name, printer_id FROM registers WHERE active ORDER BY name, id LIMIT 500");
  return rows.map((row: { id: number; name: string; printer_id: number | null }) => ({
    registerId: row.id,
    registerName: row.name,
    printerId: row.printer_id ?? undefined,
  }));
}

/** False: there is no such register. */
export async function setRegisterPrinter(tx: Tx, registerId: number, printerId: number | undefined): Promise<boolean> {
  const { rowCount } = await tx.raw("UPDATE registers SET printer_id = ? WHERE id = ?", [
    printerId ?? null,
    registerId,
  ]);
  return rowCount === 1;
}

// biome-ignore lint/suspicious/noExplicitAny: a row as pg gives it
function toPrinter(row: any): Printer {
  return {
    id: row.id,
    name: row.name,
    host: row.host,
    port: row.port,
    width: row.width,
    codePage: row.code_page,
    kicksDrawer: row.kicks_drawer,
    active: row.active,
  };
}
