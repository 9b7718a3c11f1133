/** A report for programs: what a page of it and the whole of it say in the same words. */
import type { Text } from "../../kernel/i18n.ts";
import type { Column, Line } from "./domain.ts";
import { jsonOf, labelOf, titleOf } from "./present.ts";
import type { Ready } from "./reading.ts";
import { amountOf, columnsOf, tallyOf, type Value } from "./tally.ts";

export const JSON_TYPE = "application/json; charset=utf-8";

/** Which report of which days, and of which days the other amounts are. */
export function jsonHead({ report, asked }: Ready) {
  const { range, before, currency } = asked;
  return {
    report: report.name,
    currency,
    range: report.period ? range : null,
    compared_with: before ? { from: before.from, to: before.to } : null,
  };
}

export function jsonLine(ready: Ready, line: Line, text: Text) {
  return {
    key: line.key,
    name: labelOf(ready.report.dimension, line, text),
    ...told(ready, columnsOf(ready), (column) => amountOf(line, column)),
  };
}

export function jsonTotals(ready: Ready, sums: Readonly<Record<string, Value>>) {
  const summed = columnsOf(ready).filter(({ sum, ratio }) => sum || ratio);
  return told(ready, summed, ({ key }) => sums[key]);
}

/** All of it as one document, line by line; how many they were and their sums come last. */
export async function* jsonDocument(
  batches: AsyncIterable<readonly Line[]>,
  ready: Ready,
  text: Text,
): AsyncGenerator<string> {
  const tally = tallyOf(ready);
  const columns = columnsOf(ready).map((column) => ({
    key: column.key,
    unit: column.unit,
    title: titleOf(column, text),
  }));
  yield `${JSON.stringify({ ...jsonHead(ready), columns }).slice(0, -1)},"data":[`;
  for await (const batch of batches) {
    const lines = batch.map((line) => JSON.stringify(jsonLine(ready, line, text))).join(",\n");
    if (lines !== "") yield tally.count() > 0 ? `,\n${lines}` : `\n${lines}`;
    tally.add(batch);
  }
  yield `\n],"count":${tally.count()},"totals":${JSON.stringify(jsonTotals(ready, tally.totals()))}}\n`;
}

function told({ asked }: Ready, columns: readonly Column[], amount: (column: Column) => Value) {
  return Object.fromEntries(columns.map((column) => [column.key, jsonOf(column, amount(column), asked.currency)]));
}
