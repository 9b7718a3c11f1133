/** Whatever somebody does to the rows and the seals, the verification names it: the row, the seal, or the place in the chain. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Knex } from "knex";
import { after, before, describe, it } from "mocha";
import { createAuditor } from "../../kernel/audit-log.ts";
import type { OpenDatabase } from "../../kernel/db/connect.ts";
import { auditLedger } from "../../kernel/ledgers/audit-ledger.ts";
import { KEPT, sealHash } from "../../kernel/ledgers/chain.ts";
import { digestsNow, type Seal, sealsOf } from "../../kernel/ledgers/chains.ts";
import { type Finding, findingLine } from "../../kernel/ledgers/findings.ts";
import { createSealer } from "../../kernel/ledgers/sealer.ts";
import { verifyLedger } from "../../kernel/ledgers/verify.ts";
import { type KernelDatabase, kernelDatabase } from "../harness/kernel-database.ts";
import { memoryLog } from "../harness/log.ts";
import { tamper } from "../harness/tamper.ts";
import { until } from "../harness/until.ts";

const ROWS = 23;
const BATCH = 4;
const SEALS = Math.ceil(ROWS / BATCH);
const { log } = memoryLog();

describe("whatever is done to a ledger behind the program's back is named", () => {
  let kernel: KernelDatabase;
  let db: OpenDatabase;
  let ids: number[];
  before(async () => {
    kernel = await kernelDatabase();
    db = kernel.db;
    const audit = createAuditor();
    for (let n = 0; n < ROWS; n++) {
      await db.transaction((tx) =>
        audit(tx, { action: "thing.done", subject: `thing:${n}`, after: { n }, reason: "why" }),
      );
      // an id that was taken and rolled back: a place to slip something in
      await db.primary.raw("SELECT nextval(pg_get_serial_sequence('audit_log', 'id'))");
    }
    ids = await db.primary("audit_log").orderBy("id").pluck("id");
    const sealer = createSealer({ db, log, ledgers: () => [auditLedger], batch: BATCH, settleSeconds: 0 });
    // the mark waits for every transaction of the server, other tests' too
    await until(async () => {
      await sealer.seal();
      const [mark] = await db.primary("ledger_marks").where({ ledger: auditLedger.name });
      return mark?.settled_id >= (ids.at(-1) ?? 0);
    });
  });
  after(() => kernel?.close());

  /** Does it, looks, and takes it back. */
  async function found(work: (tx: Knex.Transaction) => Promise<unknown>): Promise<string[]> {
    const findings: Finding[] = [];
    const undone = new Error("undone");
    await db.primary
      .transaction(async (tx) => {
        await tamper(tx, ["audit_log", "ledger_seals"], work);
        const inside = { primary: { transaction: (walk: never) => tx.transaction(walk) } } as unknown as OpenDatabase;
        await verifyLedger(inside, auditLedger, (finding) => findings.push(finding));
        throw undone;
      })
      .catch((error) => {
        if (error !== undone) throw error;
      });
    return findings.map((finding) => findingLine(finding));
  }

  const check = <T>(arbitrary: fc.Arbitrary<T>, property: (value: T) => Promise<void>) =>
    fc.assert(fc.asyncProperty(arbitrary, property), { numRuns: 15 });
  const row = fc.nat({ max: ROWS - 1 });
  const seal = fc.integer({ min: 1, max: SEALS });
  const idAt = (index: number) => ids[index] ?? assert.fail();
  const sealOf = (index: number) => Math.floor(index / BATCH) + 1;
  const seals = async (tx: Knex.Transaction): Promise<Map<number, Seal>> => {
    const all = new Map<number, Seal>();
    for await (const one of sealsOf(tx, "audit")) all.set(one.seq, one);
    return all;
  };
  const fieldChanges: fc.Arbitrary<Record<string, unknown>> = fc.oneof(
    fc
      .string({ minLength: 1, unit: fc.constantFrom("a", ":", "1", "-", ";", "ñ") })
      .map((reason) => ({ reason: `${reason}!` })),
    fc.constantFrom<Record<string, unknown>>(
      { reason: null },
      { reason: "" },
      { user_id: 1 },
      { address: "-" },
      { after: JSON.stringify({ n: "0" }) },
      { after: null },
      { before: JSON.stringify(null) },
    ),
    fc
      .integer({ min: 1, max: 999_999 })
      .map((micros) => ({ at: `2020-01-01 00:00:00.${String(micros).padStart(6, "0")}Z` })),
  );

  it("nothing is found where nothing was done", async () => {
    assert.deepEqual(await found(async () => {}), []);
  });

  it("a changed row, whatever field of it", () =>
    check(fc.tuple(row, fieldChanges), async ([index, change]) => {
      const lines = await found((tx) =>
        tx("audit_log")
          .where({ id: idAt(index) })
          .update(change),
      );
      assert.deepEqual(lines, [`audit 0: row ${idAt(index)} was changed (seal ${sealOf(index)})`]);
    }));

  it("removed rows, each by its name", () =>
    check(fc.uniqueArray(row, { minLength: 1, maxLength: 5 }), async (indexes) => {
      const gone = indexes.map(idAt).sort((a, b) => a - b);
      const lines = await found((tx) => tx("audit_log").whereIn("id", gone).delete());
      assert.deepEqual(
        lines,
        gone.map((id) => `audit 0: row ${id} was removed (seal ${sealOf(ids.indexOf(id))})`),
      );
    }));

  it("two rows that changed places", () =>
    check(fc.uniqueArray(row, { minLength: 2, maxLength: 2 }), async (pair) => {
      const [a = 0, b = 0] = pair.map(idAt).sort((x, y) => x - y);
      const lines = await found(async (tx) => {
        const [first, second] = [
          await tx("audit_log").where({ id: a }).first(),
          await tx("audit_log").where({ id: b }).first(),
        ];
        for (const [id, other] of [
          [a, second],
          [b, first],
        ] as const) {
          const { id: _, before: was, after: is, ...rest } = other;
          await tx("audit_log")
            .where({ id })
            .update({ ...rest, before: was, after: JSON.stringify(is) });
        }
      });
      assert.deepEqual(
        lines,
        [a, b].map((id) => `audit 0: row ${id} was changed (seal ${sealOf(ids.indexOf(id))})`),
      );
    }));

  it("a row that was slipped in between", () =>
    check(fc.nat({ max: ROWS - 2 }), async (index) => {
      const id = idAt(index) + 1;
      const lines = await found((tx) =>
        tx.raw(
          "INSERT INTO audit_log (id, action, subject) OVERRIDING SYSTEM VALUE VALUES (?, 'thing.done', 'thing:x')",
          [id],
        ),
      );
      assert.equal(lines.length, 1);
      assert.match(lines[0] ?? "", new RegExp(`^audit 0: row ${id} has no seal among rows`));
    }));

  it("seals that were removed: in between as a gap, with the rows they leave behind; at the end by the head", () =>
    check(seal, async (seq) => {
      const lines = await found((tx) => tx("ledger_seals").where({ seq }).delete());
      const rows = ids.filter((_, index) => sealOf(index) === seq);
      const gap = seq === SEALS ? `audit 0: seal ${seq} was removed from the end` : `audit 0: seal ${seq} was removed`;
      assert.equal(lines[0], gap);
      assert.equal(lines.length, 1 + rows.length);
      for (const [index, id] of rows.entries())
        assert.match(lines[index + 1] ?? "", new RegExp(`row ${id} has no seal`));
    }));

  it("rows that were put into another order within their seal", () =>
    check(fc.integer({ min: 1, max: SEALS - 1 }), async (seq) => {
      const lines = await found(async (tx) => {
        const one = (await seals(tx)).get(seq) ?? assert.fail();
        const digests = one.rowIds.map((_, index) => one.rowDigests.subarray(index * KEPT, (index + 1) * KEPT));
        await tx("ledger_seals")
          .where({ seq })
          .update({
            row_ids: one.rowIds.toReversed(),
            row_digests: Buffer.concat(digests.reverse()),
          });
      });
      assert.deepEqual(lines, [
        `audit 0: seal ${seq} does not follow from the one before it and its rows: it was altered or reordered`,
      ]);
    }));

  it("seals that changed places", () =>
    check(fc.uniqueArray(seal, { minLength: 2, maxLength: 2 }), async ([a = 1, b = 1]) => {
      const lines = await found(async (tx) => {
        await tx.raw("UPDATE ledger_seals SET seq = seq + 1000 WHERE seq IN (?, ?)", [a, b]);
        await tx("ledger_seals")
          .where({ seq: a + 1000 })
          .update({ seq: b });
        await tx("ledger_seals")
          .where({ seq: b + 1000 })
          .update({ seq: a });
      });
      for (const seq of [a, b])
        assert.ok(
          lines.some((line) => line.startsWith(`audit 0: seal ${seq} does not follow`)),
          lines.join("\n"),
        );
    }));

  it("a changed row whose digest was changed along in its seal", () =>
    check(row, async (index) => {
      const lines = await found((tx) => forge(tx, index, false));
      assert.deepEqual(lines, [
        `audit 0: seal ${sealOf(index)} does not follow from the one before it and its rows: it was altered or reordered`,
      ]);
    }));

  it("a changed row whose whole seal was made anew: the next one, or the head, does not fit", () =>
    check(row, async (index) => {
      const seq = sealOf(index);
      const lines = await found((tx) => forge(tx, index, true));
      const told =
        seq === SEALS
          ? `audit 0: the head is not the hash of seal ${seq}`
          : `audit 0: seal ${seq + 1} does not follow from the one before it and its rows: it was altered or reordered`;
      assert.deepEqual(lines, [told]);
    }));

  /** As somebody would who has read the program. */
  async function forge(tx: Knex.Transaction, index: number, withHash: boolean): Promise<void> {
    await tx("audit_log")
      .where({ id: idAt(index) })
      .update({ reason: "forged" });
    const all = await seals(tx);
    const seq = sealOf(index);
    const one = all.get(seq) ?? assert.fail();
    const digests = await digestsNow(tx, auditLedger, 1, one.rowIds);
    const rows = one.rowIds.map((id) => ({ id, digest: digests.get(id) ?? assert.fail() }));
    const previous = all.get(seq - 1)?.hash ?? Buffer.alloc(32);
    await tx("ledger_seals")
      .where({ seq })
      .update({
        row_digests: Buffer.concat(rows.map(({ digest }) => digest.subarray(0, KEPT))),
        ...(withHash ? { hash: sealHash(previous, { ...one, ledger: "audit" }, rows) } : {}),
      });
  }
});
