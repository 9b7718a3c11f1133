/** Walks every chain from its first seal, computes each row's digest anew, and tells what does not fit. In constant memory. */
import { isDatabaseDown } from "../db/connect.ts";
import type { Database, Tx } from "../db/database.ts";
import { snapshot } from "../db/snapshot.ts";
import type { Ledger } from "../ledger.ts";
import { GENESIS, KEPT, sealHash } from "./chain.ts";
import { digestsNow, hashOfSeal, headsOf, type Seal, sealsOf, unsealedBelowMark } from "./chains.ts";
import type { Finding, Head } from "./findings.ts";

export interface Verified {
  ledger: string;
  heads: Head[];
  rows: number;
  seals: number;
  findings: number;
}

/** rows without a seal that are named; the rest is counted */
const NAMED = 20;

/** One ledger, as it stood at one moment. `against`: heads printed earlier, which must still be part of the chains. */
export async function verifyLedger(
  db: Database,
  ledger: Ledger,
  tell: (finding: Finding) => void,
  against: readonly Head[] = [],
): Promise<Verified> {
  const result: Verified = { ledger: ledger.name, heads: [], rows: 0, seals: 0, findings: 0 };
  const find = (finding: Omit<Finding, "ledger">, times = 1) => {
    result.findings += times;
    tell({ ledger: ledger.name, ...finding });
  };
  try {
    await snapshot(db, async (tx) => {
      await walk(tx, ledger, result, find);
      await findAdded(tx, ledger, find);
      for (const { ledger: name, storeId, seq, hash } of against) {
        if (name !== ledger.name || seq === 0) continue;
        if ((await hashOfSeal(tx, name, storeId, seq))?.toString("hex") !== hash)
          find({ storeId, seq, kind: "against" });
      }
    });
  } catch (error) {
    if (isDatabaseDown(error)) throw error;
    // a table or column that is gone, a number beyond all bounds: somebody has been at it
    find({ kind: "unreadable", detail: error instanceof Error ? error.message : String(error) });
  }
  return result;
}

type Find = (finding: Omit<Finding, "ledger">, times?: number) => void;

async function walk(tx: Tx, ledger: Ledger, result: Verified, find: Find): Promise<void> {
  const recorded = await headsOf(tx, ledger.name);
  let head: Head | undefined;
  let previous: Buffer = GENESIS;
  for await (const seal of sealsOf(tx, ledger.name)) {
    const { storeId, seq } = seal;
    if (head?.storeId !== storeId) {
      head = { ledger: ledger.name, storeId, rows: 0, seals: 0, seq: 0, hash: "" };
      result.heads.push(head);
      previous = GENESIS;
    }
    const isNext = seq === head.seq + 1;
    if (!isNext) find({ storeId, seq, kind: "seals_missing", detail: gap(head.seq + 1, seq - 1) });
    const rows = await checkRows(tx, ledger, seal, find);
    // with a row that is not what it was the hash can prove no more
    if (isNext && rows !== undefined) {
      const facts = { ...seal, ledger: ledger.name };
      if (!sealHash(previous, facts, rows).equals(seal.hash)) find({ storeId, seq, kind: "seal_altered" });
    }
    previous = seal.hash;
    head.seq = seq;
    head.hash = seal.hash.toString("hex");
    head.seals++;
    head.rows += seal.rowIds.length;
    result.seals++;
    result.rows += seal.rowIds.length;
  }
  checkHeads(result.heads, recorded, find);
}

function gap(first: number, last: number): string {
  return first === last ? `seal ${first} was` : `seals ${first} to ${last} were`;
}

/** The rows of a seal with their digests of today; undefined when one of them is not what it was. */
async function checkRows(tx: Tx, ledger: Ledger, seal: Seal, find: Find) {
  const { storeId, seq, version, rowIds, rowDigests } = seal;
  if (ledger.versions[version - 1] === undefined || rowDigests.length !== rowIds.length * KEPT) {
    find({ storeId, seq, kind: "seal_altered" });
    return undefined;
  }
  const digests = await digestsNow(tx, ledger, version, rowIds);
  let whole = true;
  const rows = rowIds.map((id, index) => {
    const digest = digests.get(id);
    const kept = rowDigests.subarray(index * KEPT, (index + 1) * KEPT);
    if (digest === undefined) find({ storeId, seq, rowId: id, kind: "removed" });
    else if (!digest.subarray(0, KEPT).equals(kept)) find({ storeId, seq, rowId: id, kind: "changed" });
    else return { id, digest };
    whole = false;
    return { id, digest: GENESIS };
  });
  return whole ? rows : undefined;
}

/** The newest seals of a chain can go without a gap: the head remembers how many there were. */
function checkHeads(
  heads: readonly Head[],
  recorded: ReadonlyMap<number, { seq: number; hash: Buffer }>,
  find: Find,
): void {
  const stores = new Set([...heads.map(({ storeId }) => storeId), ...recorded.keys()]);
  for (const storeId of stores) {
    const newest = heads.find((one) => one.storeId === storeId);
    const noted = recorded.get(storeId);
    const [seq, last] = [newest?.seq ?? 0, noted?.seq ?? 0];
    if (seq < last) find({ storeId, kind: "head", detail: `${gap(seq + 1, last)} removed from the end` });
    else if (seq > last) find({ storeId, kind: "head", detail: `the head says ${last}, the newest seal is ${seq}` });
    else if (newest !== undefined && noted?.hash.toString("hex") !== newest.hash)
      find({ storeId, kind: "head", detail: `the head is not the hash of seal ${seq}` });
  }
}

async function findAdded(tx: Tx, ledger: Ledger, find: Find): Promise<void> {
  const rows = await unsealedBelowMark(tx, ledger, NAMED);
  for (const [index, { id, storeId, total }] of rows.entries()) {
    // the last that is named stands for those that are not
    find({ storeId, rowId: id, kind: "added" }, index === NAMED - 1 ? total - index : 1);
  }
}
