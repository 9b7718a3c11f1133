/**
 * Reads what `npm audit --omit=dev --json` says: known holes rated high or critical stop the line. A registry without
 * advisories (a mirror, no network) cannot answer; then this says that nothing was checked, and the line goes on.
 */
import process from "node:process";
import { text } from "node:stream/consumers";

const say = (line) => process.stdout.write(`${line}\n`);
const STOPS = ["high", "critical"];

let report;
try {
  report = JSON.parse(await text(process.stdin));
} catch {
  report = {};
}
if (report.auditReportVersion === undefined) {
  say("npm audit: not checked, the registry does not answer with advisories");
  process.exit(0);
}
const holes = Object.values(report.vulnerabilities ?? {});
for (const { name, severity, range } of holes) say(`npm audit: ${severity} in ${name} ${range}`);
const serious = holes.filter(({ severity }) => STOPS.includes(severity));
say(`npm audit: ${holes.length} known, ${serious.length} of them high or critical`);
process.exit(serious.length > 0 ? 1 : 0);
