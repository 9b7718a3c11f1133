import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";
import { after, before, describe, it } from "mocha";
import { createAuditor } from "../../kernel/audit-log.ts";
import type { OpenDatabase } from "../../kernel/db/connect.ts";
import { auditLedger } from "../../kernel/ledgers/audit-ledger.ts";
import { findingLine } from "../../kernel/ledgers/findings.ts";
import { createSealer, type SealerOptions } from "../../kernel/ledgers/sealer.ts";
import { countUnsealed, unsealedSql } from "../../kernel/ledgers/seals.ts";
import { verifyLedger } from "../../kernel/ledgers/verify.ts";
import { type KernelDatabase, kernelDatabase } from "../harness/kernel-database.ts";
import { memoryLog } from "../harness/log.ts";
import { tamper } from "../harness/tamper.ts";
import { until } from "../harness/until.ts";

const { log } = memoryLog();
const audit = createAuditor();

function sealerOn(db: OpenDatabase, options: Partial<SealerOptions> = {}) {
  return createSealer({ db, log, ledgers: () => [auditLedger], settleSeconds: 0, ...options });
}

function write(db: OpenDatabase, count: number, action = "thing.done"): Promise<void> {
  return db.transaction(async (tx) => {
    for (let n = 0; n < count; n++) await audit(tx, { action, subject: `thing:${n}`, after: { n } });
  });
}

async function verify(db: OpenDatabase, ledger = auditLedger) {
  const lines: string[] = [];
  const result = await verifyLedger(db, ledger, (finding) => lines.push(findingLine(finding)));
  return { ...result, lines };
}

describe("the sealer", () => {
  let kernel: KernelDatabase;
  let db: OpenDatabase;
  before(async () => {
    kernel = await kernelDatabase();
    db = kernel.db;
  });
  after(() => kernel?.close());

  it("seals what is committed, in batches, and has nothing to do the second time", async () => {
    await write(db, 25);
    const sealer = sealerOn(db, { batch: 10 });
    assert.equal(await sealer.seal(), 25);
    assert.equal(await sealer.seal(), 0);
    const { rows, seals, lines } = await verify(db);
    assert.deepEqual({ rows, seals, lines }, { rows: 25, seals: 3, lines: [] });
  });

  it("a row that commits after one with a greater id is sealed too, however often the mark moves meanwhile", async () => {
    const sealer = sealerOn(db);
    const late = await db.primary.transaction();
    await audit(late, { action: "thing.late", subject: "thing:late" });
    await write(db, 3);
    for (let pass = 0; pass < 4; pass++) await sealer.seal();
    assert.deepEqual((await verify(db)).lines, [], "it is not there yet");
    await late.commit();
    assert.equal(await sealer.seal(), 1);
    for (let pass = 0; pass < 3; pass++) await sealer.seal();
    assert.deepEqual((await verify(db)).lines, []);
    assert.equal(await countUnsealed(db.primary, auditLedger), 0);
  });

  it("between two moves of the mark a pass looks near the end: a row committed late is sealed at once there, further back when the mark is due", async () => {
    const lateRow = async () => {
      const tx = await db.primary.transaction();
      await audit(tx, { action: "thing.late", subject: "thing:late" });
      return tx;
    };
    const passes = { settleSeconds: 600 };
    await sealerOn(db).seal();
    for (const [overlap, left] of [
      [100, 0],
      [2, 1],
    ] as const) {
      const sealer = sealerOn(db, { ...passes, overlap });
      const late = await lateRow();
      await write(db, 5);
      await sealer.seal();
      await late.commit();
      // what a pass of its clock does
      await sealer.stop();
      assert.equal(await countUnsealed(db.primary, auditLedger), left, `overlap ${overlap}`);
    }
    await sealerOn(db).seal();
    assert.equal(await countUnsealed(db.primary, auditLedger), 0);
    assert.deepEqual((await verify(db)).lines, []);
  });

  it("the mark moves over all that was sealed, also on a server with smaller transaction numbers", async () => {
    const sealer = sealerOn(db);
    await write(db, 1);
    await sealAll(db, sealer);
    // as a backup has it that was made on a server in use for years
    await db.primary.raw("UPDATE ledger_marks SET seen_xid = '9000000000'");
    await write(db, 1);
    await sealAll(db, sealer);
  });

  it("two sealers at once make one chain", async () => {
    const before = (await verify(db)).rows;
    const other = sealerOn(kernel.another(), { batch: 3 });
    const one = sealerOn(db, { batch: 3 });
    let writing = true;
    const busy = async (sealer: typeof one) => {
      let sealed = 0;
      while (writing) sealed += await sealer.seal();
      return sealed;
    };
    const both = Promise.all([busy(one), busy(other)]);
    for (let n = 0; n < 20; n++) await write(db, 5);
    writing = false;
    const sealed = (await both).reduce((sum, count) => sum + count) + (await one.seal());
    assert.equal(sealed, 100);
    const { rows, lines } = await verify(db);
    assert.deepEqual({ rows: rows - before, lines }, { rows: 100, lines: [] });
  });

  it("an instance killed at any moment leaves a chain that the next one carries on", async () => {
    const before = (await verify(db)).rows;
    await write(db, 300);
    for (let round = 0; round < 3; round++) {
      const script = fileURLToPath(new URL("sealer-child.ts", import.meta.url));
      const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
      const child = spawn(process.execPath, ["--import", tsx, script, kernel.url], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      let lines = 0;
      for await (const _ of createInterface({ input: child.stdout })) if (++lines === 20) child.kill("SIGKILL");
      if (child.signalCode === null && child.exitCode === null) await once(child, "exit");
      assert.equal(child.signalCode, "SIGKILL");
      assert.deepEqual((await verify(db)).lines, []);
    }
    await sealerOn(db).seal();
    const { rows, lines } = await verify(db);
    assert.deepEqual({ rows: rows - before, lines }, { rows: 300, lines: [] });
  });

  it("stop seals what is left", async () => {
    const sealer = sealerOn(db);
    sealer.start();
    await write(db, 2);
    await sealer.stop();
    assert.equal(await countUnsealed(db.primary, auditLedger), 0);
  });

  it("looks for new rows by indexes, whatever the ledger has grown to", async () => {
    await db.primary.raw(
      `INSERT INTO audit_log (action, subject) SELECT 'thing.done', 'thing:' || n FROM generate_series(1, 8000) n`,
    );
    const plan = async () => {
      await db.primary.raw("ANALYZE audit_log, ledger_seals");
      const from = (await db.primary("ledger_marks").first("settled_id"))?.settled_id ?? 0;
      const bindings = { ledger: "audit", from, limit: 1000 };
      const { rows } = await db.primary.raw(`EXPLAIN ${unsealedSql(auditLedger)}`, bindings);
      return rows.map((row: Record<string, string>) => row["QUERY PLAN"]).join("\n");
    };
    assert.doesNotMatch(await plan(), /Seq Scan on audit_log/, "with everything still to be sealed");
    await sealAll(db, sealerOn(db, { batch: 50 }));
    await write(db, 5);
    assert.doesNotMatch(await plan(), /Seq Scan on (audit_log|ledger_seals)/, "with next to nothing to be sealed");
  });
});

/** Until the mark stands behind the last row: who writes elsewhere on the server holds it back as long as that lasts. */
async function sealAll(db: OpenDatabase, sealer: ReturnType<typeof sealerOn>): Promise<void> {
  await until(async () => {
    await sealer.seal();
    const { settled_id: settled } = await db.primary("ledger_marks").first("settled_id");
    return settled === (await db.primary("audit_log").max("id as id").first())?.["id"];
  });
}

describe("a verification", () => {
  let kernel: KernelDatabase;
  let db: OpenDatabase;
  before(async () => {
    kernel = await kernelDatabase();
    db = kernel.db;
    await write(db, 10);
    await sealerOn(db).seal();
  });
  after(() => kernel?.close());

  it("says the same whatever a client thinks of time zones and dates", async () => {
    await db.primary.transaction(async (tx) => {
      await tx.raw(
        "SET LOCAL TimeZone = 'Asia/Kathmandu'; SET LOCAL DateStyle = 'German'; SET LOCAL IntervalStyle = 'iso_8601'",
      );
      await tx.raw(
        "SET LOCAL extra_float_digits = 0; SET LOCAL bytea_output = 'escape'; SET LOCAL search_path = public",
      );
      const nested = { primary: { transaction: (work: never) => tx.transaction(work) } } as unknown as OpenDatabase;
      assert.deepEqual((await verify(nested)).lines, []);
    });
  });

  it("a column that a later migration adds is no finding; the next version covers it, the old seals keep theirs", async () => {
    await db.primary.raw("ALTER TABLE audit_log ADD COLUMN store_id bigint DEFAULT 1");
    assert.deepEqual((await verify(db)).lines, []);
    const [first] = auditLedger.versions;
    assert.ok(first);
    const grown = { ...auditLedger, versions: [first, { columns: [...first.columns, "store_id"] }] };
    await write(db, 2);
    await createSealer({ db, log, ledgers: () => [grown] }).seal();
    assert.deepEqual((await verify(db, grown)).lines, []);
    const change = (id: number) => (tx: OpenDatabase["primary"]) =>
      tx("audit_log").where({ id }).update({ store_id: 2 });
    await tamper(db.primary, ["audit_log"], change(1));
    assert.deepEqual((await verify(db, grown)).lines, [], "a column that no seal of that row covers");
    await tamper(db.primary, ["audit_log"], change(12));
    assert.deepEqual((await verify(db, grown)).lines, ["audit 0: row 12 was changed (seal 2)"]);
  });

  it("NULL is not the empty text, and text does not wander from one column to the next", async () => {
    const fixed = { at: "2026-03-02T15:00:00Z", action: "a", subject: "s" };
    /** of one and the same id, so that nothing else can tell them apart */
    const digestOfRow = async (row: object) => {
      let digest = "";
      const undone = new Error("undone");
      await db
        .transaction(async (tx) => {
          await tx.raw("ALTER SEQUENCE audit_log_id_seq RESTART WITH 5000");
          await tx("audit_log").insert({ ...fixed, ...row });
          const { rows } = await tx.raw(unsealedSql(auditLedger), { ledger: "audit", from: 4999, limit: 1 });
          digest = rows[0].digest.toString("hex");
          throw undone;
        })
        .catch((error) => assert.equal(error, undone));
      return digest;
    };
    const rows = [
      {},
      { reason: "" },
      { address: "" },
      { reason: "-" },
      { reason: "-", address: "-" },
      { reason: "ab", address: "c" },
      { reason: "a", address: "bc" },
      { reason: "1:x" },
      { reason: "1", address: "x" },
      { action: "a1:s", subject: "" },
    ];
    const digests = [];
    for (const row of rows) digests.push(await digestOfRow(row));
    assert.equal(new Set(digests).size, rows.length);
    assert.equal(await digestOfRow({}), digests[0], "the same row has the same digest");
  });

  it("a table that cannot be read is a finding, not a crash", async () => {
    const broken = { ...auditLedger, versions: [{ columns: ["id", "no_such_column"] }] };
    assert.match((await verify(db, broken)).lines.join(), /^audit: cannot be read: .*no_such_column/);
  });
});
