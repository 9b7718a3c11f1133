/** The audit trail to read: a page with filters, and the same for programs. */
import { z } from "zod";
import { type AuditRow, auditActions, auditRows } from "../audit-trail/queries.ts";
import { actionText, entryModel, type Words } from "../audit-trail/sentences.ts";
import { listQuery, pageOf, readCursor } from "../http/cursor.ts";
import type { ShellRouteParts } from "../http/parts.ts";
import { json, page } from "../http/reply.ts";
import { type Route, route } from "../http/route.ts";
import type { Input } from "../input.ts";
import type { Shop } from "../settings/shop.ts";

const access = { permission: "audit.read" } as const;

/** PostgreSQL knows no year 0. */
const day = z.iso.date("kernel.validation.date").refine((date) => date >= "1900-01-01", "kernel.validation.date");
const dayOrNothing = z.union([z.literal("").transform(() => undefined), day], "kernel.validation.date").optional();

const auditQuery = (input: Input) =>
  z.strictObject({
    ...listQuery,
    from: dayOrNothing,
    to: dayOrNothing,
    person: input.optionalText(100),
    action: input.optionalText(100),
    subject: input.optionalText(200),
  });

type AuditQuery = z.output<ReturnType<typeof auditQuery>>;

const entry = z.strictObject({
  id: z.int(),
  at: z.iso.datetime(),
  user: z.strictObject({ id: z.int(), username: z.string() }).nullable(),
  action: z.string(),
  subject: z.string(),
  before: z.unknown(),
  after: z.unknown(),
  reason: z.string().nullable(),
  address: z.string().nullable(),
});
const answer = z.strictObject({ data: z.array(entry), next_cursor: z.string().nullable() });

export function auditRoutes({ db, roster }: Pick<ShellRouteParts, "db" | "roster">): Route[] {
  const owners = ["kernel", ...roster.map(({ plugin }) => plugin.name)];

  async function read({ cursor, limit, ...filter }: AuditQuery, { timeZone }: Shop) {
    const [micros, id] = readCursor(cursor, ["number", "number"]) ?? [];
    const before = micros === undefined || id === undefined ? undefined : { micros, id };
    const { from, to, person, action, subject } = filter;
    const rows = await auditRows(db.replica, { from, to, person, action, subject, timeZone }, before, limit + 1);
    return pageOf(rows, limit, (row) => [row.micros, row.id]);
  }

  return [
    route({
      method: "GET",
      path: "/audit",
      surface: "page",
      access,
      query: auditQuery,
      handle: async ({ query, text, shop }) => {
        const words: Words = { text, owners, currency: shop.currency, timeZone: shop.timeZone };
        const [{ rows, next }, actions] = await Promise.all([read(query, shop), auditActions(db.replica)]);
        const { cursor, limit: _, ...filter } = query;
        const options = actions.map((action) => ({ value: action, label: actionText(words, action) }));
        const isFiltered = Object.values(filter).some((value) => value !== undefined);
        return page("audit", {
          title: text.t("kernel.audit_page.title"),
          entries: rows.map((row) => entryModel(words, row)),
          filter,
          actions: [
            { value: "", label: text.t("kernel.audit_page.any_action") },
            ...options.sort((a, b) => a.label.localeCompare(b.label, text.locale)),
          ],
          isFiltered,
          first: cursor === undefined ? undefined : linkTo(filter, undefined),
          next: next === null ? undefined : linkTo(filter, next),
        });
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/audit",
      surface: "v1",
      access,
      query: auditQuery,
      summary: "The audit trail, newest first; from and to are days in the shop's time zone, person is a user name",
      returns: { 200: answer },
      handle: async ({ query, shop }) => {
        const { rows, next } = await read(query, shop);
        return json({ data: rows.map(toJson), next_cursor: next });
      },
    }),
  ];
}

function linkTo(filter: Record<string, string | undefined>, cursor: string | undefined): string {
  const parts = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...filter, cursor })) if (value !== undefined) parts.set(name, value);
  return `/audit?${parts}`;
}

function toJson({ id, at, userId, userName, action, subject, before, after, reason, address }: AuditRow) {
  const user = userId === null ? null : { id: userId, username: userName ?? "" };
  return { id, at: at.toISOString(), user, action, subject, before, after, reason, address };
}
