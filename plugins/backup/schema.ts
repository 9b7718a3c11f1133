/** What may be asked of backups, and what is answered. */
import { z } from "zod";
import { listQuery } from "../../kernel/http/cursor.ts";
import type { Input } from "../../kernel/input.ts";
import { FAULTS } from "./domain.ts";

export const idParams = (input: Input) => z.strictObject({ id: input.id() });
export const listOf = z.strictObject({ ...listQuery });
export const nothing = z.strictObject({});

const time = z.string().nullable();

export const backupAnswer = z.strictObject({
  id: z.number(),
  name: z.string(),
  state: z.enum(["running", "good", "failed"]),
  trigger: z.enum(["schedule", "person", "command", "upgrade"]),
  made_by: z.string().nullable(),
  host: z.string(),
  method: z.enum(["copy", "pg_dump"]).nullable(),
  started_at: z.string(),
  finished_at: time,
  bytes: z.number().nullable(),
  rows: z.number().nullable(),
  sha256: z.string().nullable(),
  encrypted: z.boolean().nullable(),
  fault: z.enum(FAULTS).nullable(),
  drill: z.enum(["none", "ok", "findings", "failed"]),
  drill_at: time,
  drill_detail: z.string().nullable(),
  copies: z.array(z.strictObject({ place: z.enum(["folder", "s3"]), ok: z.boolean() })),
  removed_at: time,
});
export const backupsAnswer = z.strictObject({ data: z.array(backupAnswer), next_cursor: z.string().nullable() });
