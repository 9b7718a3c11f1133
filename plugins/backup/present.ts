/** A backup as people read it, and as programs do. */
import type { Text } from "../../kernel/i18n.ts";
import type { Entry } from "./domain.ts";

const UNITS = ["B", "KB", "MB", "GB", "TB"];

export function present(entry: Entry, text: Text, timeZone: string) {
  const { t } = text;
  const { id, state, fault, drill, copies } = entry;
  return {
    path: `/backups/${id}`,
    name: entry.name,
    at: text.dateTime(entry.startedAt, timeZone),
    by: entry.madeBy ?? t(`backup.trigger.${entry.trigger}`),
    host: entry.host,
    isRunning: state === "running",
    isFailed: state === "failed",
    state: state === "good" && entry.removedAt !== null ? t("backup.state.removed") : t(`backup.state.${state}`),
    fault: fault === null ? undefined : t(`backup.faults.${fault}`),
    size: entry.bytes === null ? "" : sizeOf(entry.bytes, text),
    rows: entry.rows === null ? "" : text.integer(entry.rows),
    method: entry.method === null ? "" : t(`backup.method.${entry.method}`),
    encrypted: entry.encrypted === null ? "" : t(entry.encrypted ? "backup.yes" : "backup.no"),
    sha256: entry.sha256,
    drill: t(`backup.drill.${drill}`, {
      at: entry.drillAt === null ? "" : text.dateTime(entry.drillAt, timeZone),
    }),
    drillShort: t(`backup.drill_short.${drill}`),
    drillFailed: drill === "failed" || drill === "findings",
    drillDetail: entry.drillDetail?.split("\n") ?? [],
    copies: copies.map(({ place, ok }) => t(ok ? `backup.copies.${place}` : `backup.copies.${place}_failed`)),
  };
}

/** The facts of one, as label and text; what is not known is left out. */
export function factsOf(shown: ReturnType<typeof present>, { t }: Text): { label: string; text: string }[] {
  const { at, by, state, drill, size, rows, method, encrypted, host, copies } = shown;
  const facts = { at, by, state, drill, size, rows, method, encrypted, host, copies: copies.join(", ") };
  return Object.entries(facts)
    .filter(([, text]) => text !== "")
    .map(([name, text]) => ({ label: t(`backup.fields.${name}`), text }));
}

function sizeOf(bytes: number, text: Text): string {
  const power = Math.min(Math.floor(Math.log(Math.max(bytes, 1)) / Math.log(1000)), UNITS.length - 1);
  return `${text.quantity(Math.round((bytes / 1000 ** power) * 10) * 100)} ${UNITS[power]}`;
}

export function backupJson(entry: Entry) {
  return {
    id: entry.id,
    name: entry.name,
    state: entry.state,
    trigger: entry.trigger,
    made_by: entry.madeBy,
    host: entry.host,
    method: entry.method,
    started_at: entry.startedAt.toISOString(),
    finished_at: entry.finishedAt?.toISOString() ?? null,
    bytes: entry.bytes,
    rows: entry.rows,
    sha256: entry.sha256,
    encrypted: entry.encrypted,
    fault: entry.fault,
    drill: entry.drill,
    drill_at: entry.drillAt?.toISOString() ?? null,
    drill_detail: entry.drillDetail,
    copies: entry.copies,
    removed_at: entry.removedAt?.toISOString() ?? null,
  };
}
