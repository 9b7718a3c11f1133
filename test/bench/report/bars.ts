/** A plot of one part as SVG: each figure a bar on a line of its own, its goal a mark on it. */
import type { Figure } from "../stats.ts";

const WIDTH = 860;
const ROW = 44;
const LEFT = 20;
const BAR = 560;
const TOP = 40;

export function bars(title: string, figures: readonly Figure[]): string {
  const rows = figures.map((one, index) => row(one, TOP + index * ROW)).join("\n");
  const height = TOP + figures.length * ROW + 10;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" role="img" aria-label="${escaped(title)}">
<rect width="100%" height="100%" fill="#fff"/>
<text x="${LEFT}" y="24" font-size="16" font-weight="bold" fill="#222">${escaped(title)}</text>
${rows}
</svg>
`;
}

/** The bar of a figure ends at its value; the mark is the goal. Each has a scale of its own, since units differ. */
function row(one: Figure, y: number): string {
  const goal = goalOf(one);
  const most = Math.max(one.value, goal?.value ?? 0, 1e-9) * 1.1;
  const x = (value: number) => LEFT + (Math.max(0, value) / most) * BAR;
  const mark =
    goal === undefined
      ? ""
      : `<line x1="${x(goal.value).toFixed(1)}" x2="${x(goal.value).toFixed(1)}" y1="${y + 16}" y2="${y + 36}" stroke="#222" stroke-width="2"/>`;
  const color = goal === undefined ? "#8a94a6" : goal.met ? "#2f8f6b" : "#c8553d";
  const said = `${numberText(one.value)}${one.unit === "" ? "" : ` ${one.unit}`}${goal === undefined ? "" : ` (goal ${goal.text})`}`;
  return `<text x="${LEFT}" y="${y + 12}" font-size="12" fill="#222">${escaped(one.name)}</text>
<rect x="${LEFT}" y="${y + 18}" width="${(x(one.value) - LEFT).toFixed(1)}" height="16" fill="${color}"/>${mark}
<text x="${LEFT + BAR + 20}" y="${y + 31}" font-size="12" fill="#222">${escaped(said)}</text>`;
}

export interface Judged {
  value: number;
  text: string;
  met: boolean;
}

export function goalOf({ goal, value, unit }: Figure): Judged | undefined {
  if (goal === undefined) return undefined;
  const [limit, sign] = "atMost" in goal ? [goal.atMost, "≤"] : [goal.atLeast, "≥"];
  const text = `${sign} ${limit}${unit === "" ? "" : ` ${unit}`}`;
  return { value: limit, text, met: "atMost" in goal ? value <= limit : value >= limit };
}

export function numberText(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
