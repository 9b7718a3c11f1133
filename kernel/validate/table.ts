/** The findings as people read them. */
import type { Translate } from "../i18n.ts";
import type { Finding, Outcome } from "../validation.ts";

export interface Row extends Finding {
  owner: string;
  name: string;
  ms: number;
  /** the check itself did not come to an end */
  broke?: true;
}

const SIGNS: Readonly<Record<Outcome, string>> = { passed: "✔", warned: "!", failed: "✖", skipped: "–" };

export function table(
  url: string,
  rows: readonly Row[],
  totals: Readonly<Record<Outcome, number>>,
  t: Translate,
  sentence: (row: Row, t: Translate) => string,
): string[] {
  const titles = rows.map(({ owner, name }) => t(`${owner}.validate.${name}.title`));
  const width = Math.max(...titles.map((title) => title.length));
  return [
    t("kernel.validate.of", { url }),
    ...rows.map((row, index) => `  ${SIGNS[row.outcome]} ${(titles[index] ?? "").padEnd(width)}  ${sentence(row, t)}`),
    t("kernel.validate.totals", { ...totals }),
    t(totals.failed > 0 ? "kernel.validate.bad" : "kernel.validate.good"),
  ];
}
