/** What a verification may find, and how it is told to the operator. */
export interface Finding {
  ledger: string;
  /** undefined: of the ledger as a whole */
  storeId?: number;
  /** of the seal */
  seq?: number;
  /** of the row */
  rowId?: number;
  kind: "changed" | "removed" | "added" | "seal_altered" | "seals_missing" | "head" | "unreadable" | "against";
  /** what else is known, in words */
  detail?: string;
}

/** One chain as it was found: what `verify` prints, and what a later `--against` compares with. */
export interface Head {
  ledger: string;
  storeId: number;
  rows: number;
  seals: number;
  seq: number;
  /** hexadecimal */
  hash: string;
}

export function headLine({ ledger, storeId, rows, seals, seq, hash }: Head): string {
  return `${ledger} ${storeId}: ${rows} rows, ${seals} seals, head ${seq} ${hash}`;
}

const HEAD_LINE = /^([a-z][a-z0-9_-]*) (\d+): (\d+) rows, (\d+) seals, head (\d+) ([0-9a-f]{64})$/;

/** The heads of a saved output; other lines are let by. */
export function readHeads(text: string): Head[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [, ledger, storeId, rows, seals, seq, hash] = HEAD_LINE.exec(line.trim()) ?? [];
    if (ledger === undefined || hash === undefined) return [];
    return [{ ledger, storeId: Number(storeId), rows: Number(rows), seals: Number(seals), seq: Number(seq), hash }];
  });
}

export function findingLine(finding: Finding): string {
  const { ledger, storeId, seq, rowId, detail } = finding;
  const place = storeId === undefined ? ledger : `${ledger} ${storeId}`;
  const inSeal = seq === undefined ? "" : ` (seal ${seq})`;
  switch (finding.kind) {
    case "changed":
      return `${place}: row ${rowId} was changed${inSeal}`;
    case "removed":
      return `${place}: row ${rowId} was removed${inSeal}`;
    case "added":
      return `${place}: row ${rowId} has no seal among rows that all have one: it was added later, or its seal was removed`;
    case "seal_altered":
      return `${place}: seal ${seq} does not follow from the one before it and its rows: it was altered or reordered`;
    case "seals_missing":
      return `${place}: ${detail} removed`;
    case "head":
      return `${place}: ${detail}`;
    case "unreadable":
      return `${place}: cannot be read: ${detail}`;
    case "against":
      return `${place}: head ${seq} of the saved output is not part of the chain: rows were changed and sealed again, or seals removed`;
  }
}
