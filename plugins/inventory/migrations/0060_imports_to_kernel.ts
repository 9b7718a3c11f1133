/** Lists of every plugin are imported by the kernel now: what stood here goes there, with its numbers. */
import type { Knex } from "knex";

const IMPORT = `id, file_name, status, dry_run, atomic, layout, total, processed, created, updated, unchanged, failed, preview,
  store_id, user_id, user_name, address, created_at, finished_at`;

export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    INSERT INTO list_imports (owner, list, permission, fault, ${IMPORT})
    SELECT 'inventory', 'products', 'inventory.import',
      fault || jsonb_build_object('text', 'kernel.errors.' || (fault ->> 'code')), ${IMPORT} FROM product_imports`);
  await knex.raw("INSERT INTO list_import_parts SELECT * FROM product_import_parts");
  await knex.raw("INSERT INTO list_import_faults SELECT * FROM product_import_faults");
  await knex.raw("SELECT setval(pg_get_serial_sequence('list_imports', 'id'), (SELECT max(id) FROM list_imports))");
  await knex.raw("DROP TABLE product_import_faults, product_import_parts, product_imports");
}

export async function down(knex: Knex): Promise<void> {
  for (const kind of ["imports", "import_parts", "import_faults"]) {
    await knex.raw("CREATE TABLE ?? (LIKE ?? INCLUDING ALL)", [`product_${kind}`, `list_${kind}`]);
  }
  await knex.raw("INSERT INTO product_imports SELECT * FROM list_imports WHERE list = 'products'");
  // the copied table counts from 1: the next import gets a number of its own
  await knex.raw("SELECT setval(pg_get_serial_sequence('product_imports', 'id'), (SELECT max(id) FROM list_imports))");
  for (const kind of ["import_parts", "import_faults"]) {
    await knex.raw("INSERT INTO ?? SELECT * FROM ?? WHERE import_id IN (SELECT id FROM product_imports)", [
      `product_${kind}`,
      `list_${kind}`,
    ]);
    await knex.raw("ALTER TABLE ?? ADD FOREIGN KEY (import_id) REFERENCES product_imports (id) ON DELETE CASCADE", [
      `product_${kind}`,
    ]);
  }
  await knex.raw("ALTER TABLE product_imports DROP COLUMN owner, DROP COLUMN list, DROP COLUMN permission");
  await knex.raw("DELETE FROM list_imports WHERE list = 'products'");
}
