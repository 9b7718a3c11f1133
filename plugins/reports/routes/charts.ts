/** The chart of a report: of its whole answer, whatever page of its table is shown. */
import type { Model } from "../../../kernel/http/reply.ts";
import { regionOf, type Text } from "../../../kernel/i18n.ts";
import type { BarOf, Point } from "../axis.ts";
import { drawChart } from "../chart.ts";
import type { Range } from "../domain.ts";
import { labelOf, toldOf } from "../present.ts";
import type { Charted, Ready } from "../reading.ts";

export interface ChartParts {
  /** where a line leads; a bar of a month or a year leads to the report of its days */
  pathOf(key: string): string | undefined;
  pathOfDays(range: Range): string;
  title: string;
  told(range: Range): string;
  text: Text;
}

export function chartModel({ report, asked, columns }: Ready, charted: Charted | undefined, parts: ChartParts): Model {
  const { chart, dimension } = report;
  const column = columns.find(({ key }) => key === chart?.measure);
  if (!chart || !column || !charted || charted.points.length === 0) return { chart: undefined };
  const { title, told, text, pathOf, pathOfDays } = parts;
  const { points, bar, of } = charted;
  const say = (value: number) => toldOf(column, value, asked.currency, text);
  const labels = labelsOf(bar, text);
  const hrefOf = ({ key, there }: Point) => {
    if (!there) return undefined;
    return bar === "line" ? pathOf(key) : pathOfDays(within(daysOf(key), asked.range));
  };
  const drawn = drawChart(
    chart.kind,
    points.map((point) => ({
      label: labels?.(point.key) ?? labelOf(dimension, point, text),
      told: say(point.value),
      value: point.value,
      before: asked.before ? { told: say(point.before), value: point.before } : undefined,
      href: hrefOf(point),
    })),
    say,
  );
  const best = drawn.data.reduce((a, b) => (b.value > a.value ? b : a));
  const note =
    of > points.length && chart.kind === "ranks"
      ? text.t("reports.chart.first", { shown: drawn.data.length, count: of })
      : bar === "line"
        ? undefined
        : text.t(`reports.chart.${bar}`);
  const desc = text.t("reports.chart.desc", { count: drawn.data.length, label: best.label, amount: best.told });
  return {
    chart: drawn,
    chartTitle: text.t("reports.chart.title", { title, period: told(asked.range) }),
    chartDesc: note === undefined ? desc : `${note} ${desc}`,
    chartNote: note,
    legend: asked.before ? { now: told(asked.range), before: told(asked.before) } : undefined,
  };
}

/** Of months and years; undefined: lines have labels of their own. */
function labelsOf(bar: BarOf, text: Text): ((key: string) => string) | undefined {
  if (bar === "line") return undefined;
  if (bar === "year") return (key) => key;
  const months = new Intl.DateTimeFormat(regionOf(text.locale), { month: "short", year: "numeric", timeZone: "UTC" });
  return (key) => months.format(new Date(`${key}-01T12:00:00Z`));
}

/** First and last day of a month or a year. */
function daysOf(key: string): Range {
  if (key.length === 4) return { from: `${key}-01-01`, to: `${key}-12-31` };
  const [year = 0, month = 0] = key.split("-").map(Number);
  return { from: `${key}-01`, to: new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10) };
}

const within = ({ from, to }: Range, whole: Range): Range => ({
  from: from > whole.from ? from : whole.from,
  to: to < whole.to ? to : whole.to,
});
