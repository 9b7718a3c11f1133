/** `npm run bench -- report`: the newest run of each part that was run here as a table in test/bench/README.md and a plot in test/bench/plots. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Figure } from "../stats.ts";
import { bars, goalOf, numberText } from "./bars.ts";

export interface Run {
  at: string;
  node: string;
  cores: number;
  /** of the system over the last minute, before and after */
  load: [number, number];
  part: string;
  figures: Figure[];
}

const FROM = "<!-- figures: drawn by `npm run bench -- report` -->";
const TO = "<!-- end of figures -->";

export function report(results: string, bench: string): void {
  const runs = newest(results);
  if (runs.length === 0) throw new Error(`${results} has no run: npm run bench makes one`);
  const plots = join(bench, "plots");
  mkdirSync(plots, { recursive: true });
  for (const { part, figures } of runs) writeFileSync(join(plots, `${part}.svg`), bars(part, figures));
  const readme = join(bench, "README.md");
  writeFileSync(readme, withTables(readFileSync(readme, "utf8"), runs));
  console.log(`drawn: ${runs.map(({ part }) => part).join(", ")}`);
}

function newest(results: string): Run[] {
  const runs = new Map<string, Run>();
  // the names begin with the time
  for (const name of readdirSync(results).sort()) {
    if (!name.endsWith(".json")) continue;
    const run = JSON.parse(readFileSync(join(results, name), "utf8")) as Partial<Run>;
    // what an older bench wrote says not which part it was
    if (run.part !== undefined && (run.figures?.length ?? 0) > 0) runs.set(run.part, run as Run);
  }
  return [...runs.values()].sort((a, b) => (a.part < b.part ? -1 : 1));
}

export function withTables(readme: string, runs: readonly Run[]): string {
  const [from, to] = [readme.indexOf(FROM), readme.indexOf(TO)];
  if (from < 0 || to < from) throw new Error("the README has no place for figures");
  const sections = sectionsOf(readme.slice(from + FROM.length, to));
  for (const run of runs) sections.set(run.part, table(run));
  const tables = [...sections].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, text]) => text);
  return `${readme.slice(0, from + FROM.length)}\n\n${tables.join("\n\n")}\n\n${readme.slice(to)}`;
}

/** What is there already, by part: what was run on another day or another machine stays. */
function sectionsOf(text: string): Map<string, string> {
  const sections = text.split(/^(?=### )/m).filter((one) => one.startsWith("### "));
  return new Map(sections.map((one) => [/^### (.*)/.exec(one)?.[1] ?? "", one.trim()]));
}

function table({ part, at, node, cores, load, figures }: Run): string {
  const rows = figures.map((one) => {
    const goal = goalOf(one);
    const judged = goal === undefined ? "" : `${goal.text}: ${goal.met ? "met" : "not met"}`;
    const value = `${numberText(one.value)}${one.unit === "" ? "" : ` ${one.unit}`}`;
    return `| ${[one.name, value, judged, one.beside].map(cell).join(" | ")} |`;
  });
  const when = `${at.slice(0, 16).replace("T", " ")} UTC, ${node}, ${cores} cores, load ${load.map((one) => one.toFixed(1)).join(" to ")}`;
  return [
    `### ${part}`,
    "",
    `${when}. [Plot](plots/${part}.svg)`,
    "",
    "| figure | measured | goal | beside it |",
    "| --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
}

const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", " ");
